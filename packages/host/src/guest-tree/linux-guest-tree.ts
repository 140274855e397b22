import { closeSync, constants, fchmodSync, fchownSync, fstatSync, type Stats } from 'node:fs';
import { lchown, mkdir, open, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { descriptorPath, openBelow, openPath, resolve, withDescriptor } from '../syscalls/path-calls.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import { replaceEntry, statEntry } from './guest-entry.ts';
import type { GuestOwner, GuestStat, GuestTree } from './guest-tree.ts';

const defaultMaxBytes = 1024 * 1024;

/** The tree's root is `/` for every step of the way, and /proc-style links do not exist. */
const guestRules = resolve.inRoot | resolve.noMagicLinks;

const kindOf = (stats: Stats): GuestStat['kind'] => {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
};

const refused = (code: 'EINVAL' | 'EFBIG', path: string, note: string): SystemError =>
  new SystemError({ code, errno: code === 'EINVAL' ? 22 : 27, syscall: 'openat2', path, note });

/** The directory of a path, for the kernel to resolve, and its last name. Nothing else of the path is interpreted here. */
const splitPath = (path: string): { readonly parent: string; readonly name: string } => {
  const trimmed = path.replace(/\/+$/, '');
  const name = posix.basename(trimmed);
  if (name === '' || name === '.' || name === '..' || path.includes('\0')) {
    throw refused('EINVAL', path, 'no name of a file');
  }
  return { parent: posix.dirname(trimmed), name };
};

const isMissing = (error: unknown): boolean => hasErrorCode(error, 'ENOENT', 'ENOTDIR');

/**
 * A VE's tree, held by a descriptor of its root. Every path is resolved by openat2; what is done to the last name is done as an
 * entry of the directory's descriptor (/proc/self/fd/N/NAME) by calls that do not follow it.
 */
export class LinuxGuestTree implements GuestTree {
  readonly #rootFd: number;

  constructor(rootFd: number) {
    this.#rootFd = rootFd;
  }

  async readFile(path: string, options: { readonly maxBytes?: number } = {}): Promise<Buffer> {
    const maxBytes = options.maxBytes ?? defaultMaxBytes;
    // looked at before it is opened: opening a device or FIFO may do something, or wait
    return await withDescriptor(this.#open(path, openPath), async (fd) => {
      const stats = fstatSync(fd);
      if (!stats.isFile()) throw refused('EINVAL', path, 'not a regular file');
      const handle = await open(descriptorPath(fd), constants.O_RDONLY);
      try {
        // as a rule more than there is, so that the end shows in the first read; files of /proc say that they are empty
        const room = Math.min(Math.max(stats.size, 4_095), maxBytes) + 1;
        const chunks: Buffer[] = [];
        for (let length = 0; ; ) {
          const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(room), 0, room, length);
          chunks.push(buffer.subarray(0, bytesRead));
          length += bytesRead;
          if (length > maxBytes) throw refused('EFBIG', path, `more than ${maxBytes} bytes`);
          if (bytesRead < room) return Buffer.concat(chunks);
        }
      } finally {
        await handle.close();
      }
    });
  }

  async readTextIfExists(path: string, options: { readonly maxBytes?: number } = {}): Promise<string | null> {
    try {
      return (await this.readFile(path, options)).toString('utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async writeFile(path: string, content: string | Uint8Array, owner: GuestOwner): Promise<void> {
    const { parent, name } = splitPath(path);
    await withDescriptor(await this.#openOrMakeDir(parent, owner), async (parentFd) => {
      const current = statEntry(parentFd, name);
      if (current !== null && !current.isFile() && !current.isSymbolicLink()) {
        throw refused('EINVAL', path, 'not a regular file');
      }
      await replaceEntry(parentFd, name, async (temporary) => {
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
        const handle = await open(temporary, flags, 0o600);
        try {
          await handle.writeFile(content);
          await handle.chown(owner.uid, owner.gid);
          await handle.chmod(owner.mode ?? 0o644);
        } finally {
          await handle.close();
        }
      });
    });
  }

  async makeDir(path: string, owner: GuestOwner): Promise<void> {
    closeSync(await this.#openOrMakeDir(path, owner));
  }

  async symlink(target: string, path: string, owner: GuestOwner): Promise<void> {
    const { parent, name } = splitPath(path);
    await withDescriptor(await this.#openOrMakeDir(parent, owner), async (parentFd) => {
      const current = statEntry(parentFd, name);
      if (current?.isDirectory() === true) throw refused('EINVAL', path, 'a directory');
      await replaceEntry(parentFd, name, async (temporary) => {
        await symlink(target, temporary);
        await lchown(temporary, owner.uid, owner.gid);
      });
    });
  }

  async removeFile(path: string): Promise<void> {
    const { parent, name } = splitPath(path);
    try {
      await withDescriptor(this.#open(parent, openPath | constants.O_DIRECTORY), async (parentFd) => {
        await unlink(`${descriptorPath(parentFd)}/${name}`);
      });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async exists(path: string): Promise<boolean> {
    return (await this.stat(path)) !== null;
  }

  async stat(path: string): Promise<GuestStat | null> {
    try {
      return await withDescriptor(this.#open(path, openPath | constants.O_NOFOLLOW), async (fd) => {
        const stats = fstatSync(fd);
        const { uid, gid } = stats;
        return { kind: kindOf(stats), sizeBytes: stats.size, mode: stats.mode & 0o7777, uid, gid };
      });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async readLink(path: string): Promise<string> {
    const { parent, name } = splitPath(path);
    return await withDescriptor(
      this.#open(parent, openPath | constants.O_DIRECTORY),
      async (parentFd) => await readlink(`${descriptorPath(parentFd)}/${name}`),
    );
  }

  async list(path: string): Promise<readonly string[]> {
    try {
      return await withDescriptor(this.#open(path, constants.O_RDONLY | constants.O_DIRECTORY), async (fd) =>
        (await readdir(descriptorPath(fd))).sort(),
      );
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  #open(path: string, flags: number): number {
    // openat2 takes no empty path; the root itself is '/'
    return openBelow(this.#rootFd, path === '' ? '/' : path, { flags, resolve: guestRules });
  }

  /** A descriptor of a directory, made with those above it where missing. */
  async #openOrMakeDir(path: string, owner: GuestOwner): Promise<number> {
    try {
      return this.#open(path, openPath | constants.O_DIRECTORY);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
    const { parent, name } = splitPath(path);
    return await withDescriptor(await this.#openOrMakeDir(parent, owner), async (parentFd) => {
      await mkdir(`${descriptorPath(parentFd)}/${name}`, 0o700);
      // the new directory or nothing: what may have been swapped in meanwhile is refused when it is a link
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      const fd = openBelow(parentFd, name, { flags, resolve: resolve.beneath | resolve.noSymlinks });
      try {
        fchownSync(fd, owner.uid, owner.gid);
        fchmodSync(fd, owner.mode ?? 0o755);
        return fd;
      } catch (error) {
        closeSync(fd);
        throw error;
      }
    });
  }
}
