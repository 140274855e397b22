import type { Files } from '../files/files.ts';
import type { Btrfs, SubvolumeUsage } from './btrfs.ts';

/** Subvolumes that are directories of fake files. */
export class FakeBtrfs implements Btrfs {
  /** Limits of the subvolumes that there are; null: none. */
  readonly subvolumes = new Map<string, number | null>();
  readonly #files: Files;

  constructor(ports: { readonly files: Files }) {
    this.#files = ports.files;
  }

  async enableQuotas(): Promise<void> {
    // always on
  }

  async isSubvolume(path: string): Promise<boolean> {
    return this.subvolumes.has(path) && (await this.#files.exists(path));
  }

  async createSubvolume(path: string): Promise<void> {
    await this.#files.makeDir(path);
    this.subvolumes.set(path, null);
  }

  async snapshot(from: string, to: string): Promise<void> {
    await this.#files.copyTree(from, to);
    this.subvolumes.set(to, null);
  }

  async deleteSubvolume(path: string): Promise<void> {
    await this.#files.removeTree(path);
    this.subvolumes.delete(path);
  }

  async limit(path: string, bytes: number | null): Promise<void> {
    this.subvolumes.set(path, bytes);
  }

  async usage(path: string): Promise<SubvolumeUsage> {
    return { referencedBytes: 0, exclusiveBytes: 0, limitBytes: this.subvolumes.get(path) ?? null };
  }
}
