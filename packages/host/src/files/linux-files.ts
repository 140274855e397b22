import { randomBytes } from 'node:crypto';
import { type Dirent, type Stats, watch } from 'node:fs';
import {
  access,
  constants,
  lchown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  statfs,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CommandRunner } from '../commands/command-runner.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { DirEntry, DirWatch, FileStat, FileSystemFacts, Files, WriteOptions } from './files.ts';
import { removeTree } from './remove-tree.ts';

/** Magic numbers of statfs(2). */
const fileSystemTypes: ReadonlyMap<number, string> = new Map([
  [0x9123683e, 'btrfs'],
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0x794c7630, 'overlay'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x6969, 'nfs'],
  [0x65735546, 'fuse'],
  [0xe0f5e1e2, 'erofs'],
  [0x73717368, 'squashfs'],
  [0xca451a4e, 'bcachefs'],
]);

const kindOf = (entry: Dirent | Stats): DirEntry['kind'] => {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
};

const orWhenMissing = async <T>(promise: Promise<T>, missing: T): Promise<T> => {
  try {
    return await promise;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return missing;
    throw error;
  }
};

/** Names under which `writeAtomic` writes before it renames. */
const unfinishedSuffix = '.new';
const unfinishedPattern = /^\..+\.[0-9a-f]{12}\.new$/;

/** A rename is durable only once its directory is. */
const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The host's own files, through node:fs. */
export class LinuxFiles implements Files {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async readText(path: string): Promise<string> {
    return await readFile(path, 'utf8');
  }

  async readTextIfExists(path: string): Promise<string | null> {
    return await orWhenMissing<string | null>(this.readText(path), null);
  }

  async writeAtomic(path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
    const { mode = 0o600, durable = true } = options;
    const name = `.${basename(path)}.${randomBytes(6).toString('hex')}${unfinishedSuffix}`;
    const temporary = join(dirname(path), name);
    const handle = await open(temporary, 'wx', mode);
    try {
      try {
        // the umask does not apply to what the caller asked for
        await handle.chmod(mode);
        await handle.writeFile(content);
        if (durable) await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    if (durable) await syncDirectory(dirname(path));
  }

  async removeUnfinished(dir: string): Promise<void> {
    const names = await orWhenMissing(readdir(dir), []);
    for (const name of names) if (unfinishedPattern.test(name)) await this.removeFile(join(dir, name));
  }

  async makeDir(path: string, options: { readonly mode?: number } = {}): Promise<void> {
    await mkdir(path, { recursive: true, mode: options.mode ?? 0o700 });
  }

  async list(path: string): Promise<readonly DirEntry[]> {
    const entries = await orWhenMissing(readdir(path, { withFileTypes: true }), []);
    return entries
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  async exists(path: string): Promise<boolean> {
    return (await orWhenMissing<Stats | null>(lstat(path), null)) !== null;
  }

  async stat(path: string): Promise<FileStat | null> {
    const stats = await orWhenMissing<Stats | null>(lstat(path), null);
    if (stats === null) return null;
    return {
      kind: kindOf(stats),
      sizeBytes: stats.size,
      mode: stats.mode & 0o7777,
      uid: stats.uid,
      gid: stats.gid,
      modifiedMs: stats.mtimeMs,
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to);
    await syncDirectory(dirname(to));
    if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from));
  }

  async removeFile(path: string): Promise<void> {
    await orWhenMissing(unlink(path), undefined);
  }

  async removeTree(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await removeTree(path, options.signal);
  }

  async copyTree(from: string, to: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await access(dirname(to));
    const flags = [
      '--archive',
      '--reflink=auto',
      '--sparse=auto',
      '--one-file-system',
      '--no-target-directory',
    ];
    await this.#commands.run(
      ['cp', ...flags, '--', from, to],
      options.signal === undefined ? {} : { signal: options.signal },
    );
  }

  async changeOwner(path: string, uid: number, gid: number): Promise<void> {
    await lchown(path, uid, gid);
  }

  async fileSystem(path: string): Promise<FileSystemFacts> {
    const facts = await statfs(path);
    return {
      type: fileSystemTypes.get(facts.type) ?? 'unknown',
      totalBytes: facts.blocks * facts.bsize,
      availableBytes: facts.bavail * facts.bsize,
      totalInodes: facts.files,
      availableInodes: facts.ffree,
    };
  }

  async watchDir(dir: string, listener: (name: string) => void): Promise<DirWatch> {
    const watcher = watch(dir, { persistent: false }, (_kind, name) => {
      if (name !== null) listener(name);
    });
    // the directory itself went: nothing more will be told, and the owner of the watch still closes it
    watcher.on('error', () => watcher.close());
    return { close: () => watcher.close() };
  }
}
