import { dirname } from 'node:path';
import type { Mounts } from '../mounts/mounts.ts';
import { SystemError } from '../syscalls/system-error.ts';
import type { DirEntry, DirWatch, FileStat, FileSystemFacts, Files, WriteOptions } from './files.ts';

interface Entry {
  /** Null for a directory. */
  readonly content: string | null;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const failed = (code: 'ENOENT' | 'ENOTDIR' | 'EXDEV', syscall: string, path: string): SystemError =>
  new SystemError({ code, errno: { ENOENT: 2, ENOTDIR: 20, EXDEV: 18 }[code], syscall, path });

/** Files in memory, by absolute path; `/` is there. Given mounts, a tree with one in it is not removed. */
export class FakeFiles implements Files {
  readonly entries = new Map<string, Entry>();
  /** What `fileSystem` tells. */
  space: FileSystemFacts = {
    type: 'tmpfs',
    totalBytes: 2 ** 40,
    availableBytes: 2 ** 39,
    totalInodes: 2 ** 20,
    availableInodes: 2 ** 19,
  };
  readonly #mounts: Pick<Mounts, 'mountsBelow'> | undefined;

  constructor(ports: { readonly mounts?: Pick<Mounts, 'mountsBelow'> } = {}) {
    this.#mounts = ports.mounts;
    this.entries.set('/', { content: null, mode: 0o755, uid: 0, gid: 0 });
  }

  async readText(path: string): Promise<string> {
    const content = this.#find('open', path).content;
    if (content === null) throw failed('ENOTDIR', 'read', path);
    return content;
  }

  async readTextIfExists(path: string): Promise<string | null> {
    return this.entries.has(path) ? await this.readText(path) : null;
  }

  async writeAtomic(path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
    this.#find('open', dirname(path));
    const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
    this.entries.set(path, { content: text, mode: options.mode ?? 0o600, uid: 0, gid: 0 });
  }

  /** There is nothing unfinished: `writeAtomic` here takes no time. */
  async removeUnfinished(): Promise<void> {
    // nothing to remove: files in memory have no temporary names
  }

  async makeDir(path: string, options: { readonly mode?: number } = {}): Promise<void> {
    if (this.entries.has(path)) return;
    await this.makeDir(dirname(path), options);
    this.entries.set(path, { content: null, mode: options.mode ?? 0o700, uid: 0, gid: 0 });
  }

  async list(path: string): Promise<readonly DirEntry[]> {
    return [...this.entries]
      .filter(([other]) => other !== path && dirname(other) === path)
      .map(([other, { content }]): DirEntry => {
        return { name: other.slice(path.length).replace(/^\//, ''), kind: kindOf(content) };
      })
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  async exists(path: string): Promise<boolean> {
    return this.entries.has(path);
  }

  async stat(path: string): Promise<FileStat | null> {
    const entry = this.entries.get(path);
    if (entry === undefined) return null;
    const { content, mode, uid, gid } = entry;
    return { kind: kindOf(content), sizeBytes: content?.length ?? 0, mode, uid, gid, modifiedMs: 0 };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#find('rename', from);
    this.#find('rename', dirname(to));
    for (const [path, entry] of this.#tree(from)) {
      this.entries.delete(path);
      this.entries.set(to + path.slice(from.length), entry);
    }
  }

  async removeFile(path: string): Promise<void> {
    this.entries.delete(path);
  }

  async removeTree(path: string): Promise<void> {
    const mounted = (await this.#mounts?.mountsBelow(path)) ?? [];
    if (mounted.length > 0) throw failed('EXDEV', 'remove', path);
    for (const [below] of this.#tree(path)) this.entries.delete(below);
  }

  async copyTree(from: string, to: string): Promise<void> {
    this.#find('copy', from);
    for (const [path, entry] of this.#tree(from)) this.entries.set(to + path.slice(from.length), entry);
  }

  async changeOwner(path: string, uid: number, gid: number): Promise<void> {
    this.entries.set(path, { ...this.#find('chown', path), uid, gid });
  }

  async fileSystem(): Promise<FileSystemFacts> {
    return this.space;
  }

  async watchDir(): Promise<DirWatch> {
    return { close: () => undefined };
  }

  #find(syscall: string, path: string): Entry {
    const entry = this.entries.get(path);
    if (entry === undefined) throw failed('ENOENT', syscall, path);
    return entry;
  }

  #tree(path: string): readonly (readonly [string, Entry])[] {
    return [...this.entries].filter(([other]) => other === path || other.startsWith(`${path}/`));
  }
}

const kindOf = (content: string | null): 'file' | 'directory' => (content === null ? 'directory' : 'file');
