import type { Files } from '../files/files.ts';
import type { Mounts } from '../mounts/mounts.ts';
import type { DiskImage, DiskImages, NewDiskImage } from './disk-images.ts';

/** Images that are files of fake files, whose content is their size. */
export class FakeDiskImages implements DiskImages {
  readonly frozen = new Set<string>();
  readonly #files: Files;
  readonly #mounts: Mounts;

  constructor(ports: { readonly files: Files; readonly mounts: Mounts }) {
    this.#files = ports.files;
    this.#mounts = ports.mounts;
  }

  async make(path: string, image: NewDiskImage): Promise<void> {
    await this.#files.writeAtomic(path, String(image.sizeBytes));
  }

  async mount({ path }: DiskImage, target: string): Promise<void> {
    await this.#files.readText(path);
    if (!(await this.#mounts.isMounted(target))) await this.#mounts.bind({ source: path, target });
  }

  async resize(path: string, _target: string, sizeBytes: number): Promise<void> {
    await this.#files.writeAtomic(path, String(sizeBytes));
  }

  async freeze(target: string): Promise<void> {
    this.frozen.add(target);
  }

  async thaw(target: string): Promise<void> {
    this.frozen.delete(target);
  }

  async copy(from: string, to: string): Promise<void> {
    await this.#files.copyTree(from, to);
  }
}
