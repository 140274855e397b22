import { SystemError } from '../syscalls/system-error.ts';
import type { GuestOwner, GuestStat, GuestTree, GuestTrees } from './guest-tree.ts';

interface GuestFile {
  readonly content: string;
  readonly owner: GuestOwner;
}

/** Trees of VEs in memory: regular files only, by the path of their root followed by their own. */
export class FakeGuestTrees implements GuestTrees {
  readonly files = new Map<string, GuestFile>();

  async within<T>(root: string, use: (tree: GuestTree) => Promise<T>): Promise<T> {
    return await use(new FakeGuestTree(root, this.files));
  }
}

class FakeGuestTree implements GuestTree {
  readonly #root: string;
  readonly #files: Map<string, GuestFile>;

  constructor(root: string, files: Map<string, GuestFile>) {
    this.#root = root;
    this.#files = files;
  }

  async readFile(path: string): Promise<Buffer> {
    const file = this.#files.get(this.#root + path);
    if (file === undefined) throw new SystemError({ code: 'ENOENT', errno: 2, syscall: 'openat2', path });
    return Buffer.from(file.content);
  }

  async readTextIfExists(path: string): Promise<string | null> {
    return this.#files.get(this.#root + path)?.content ?? null;
  }

  async writeFile(path: string, content: string | Uint8Array, owner: GuestOwner): Promise<void> {
    this.#files.set(this.#root + path, { content: Buffer.from(content).toString(), owner });
  }

  async makeDir(): Promise<void> {
    // directories are there as soon as a file is in them
  }

  async symlink(): Promise<void> {
    throw new SystemError({ code: 'ENOSYS', errno: 38, syscall: 'symlink' });
  }

  async removeFile(path: string): Promise<void> {
    this.#files.delete(this.#root + path);
  }

  async exists(path: string): Promise<boolean> {
    return (await this.stat(path)) !== null;
  }

  async stat(path: string): Promise<GuestStat | null> {
    const file = this.#files.get(this.#root + path);
    if (file === undefined) return null;
    const { uid, gid, mode = 0o644 } = file.owner;
    return { kind: 'file', sizeBytes: file.content.length, mode, uid, gid };
  }

  async readLink(path: string): Promise<string> {
    throw new SystemError({ code: 'EINVAL', errno: 22, syscall: 'readlink', path });
  }

  async list(path: string): Promise<readonly string[]> {
    const prefix = `${this.#root}${path.replace(/\/$/, '')}/`;
    const below = [...this.#files.keys()].filter((file) => file.startsWith(prefix));
    return [...new Set(below.map((file) => file.slice(prefix.length).split('/')[0] ?? ''))].sort();
  }
}
