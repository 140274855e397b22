import { randomBytes } from 'node:crypto';
import { closeSync, constants, type Dirent } from 'node:fs';
import { readdir, readlink, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { mountsBelow } from '../mounts/mount-table.ts';
import { currentDirectory, descriptorPath, openBelow, openPath, resolve } from '../syscalls/path-calls.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';

/** One descriptor is held per level; deeper directories are moved up first. */
const maxDepth = 64;

/** Removals of one directory's files under way at once: Node has four worker threads for them. */
const batchSize = 16;

interface Removal {
  readonly rootFd: number;
  readonly signal: AbortSignal | undefined;
}

/** Names are bytes: what a VE wrote need not be UTF-8. */
const entryPath = (directoryFd: number, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${descriptorPath(directoryFd)}/`), name]);

const openChild = (parentFd: number, name: Buffer): number =>
  openBelow(parentFd, name, {
    flags: constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
    resolve: resolve.noCrossMount | resolve.beneath | resolve.noSymlinks | resolve.noMagicLinks,
  });

const ignoreMissing = (error: unknown): void => {
  if (!hasErrorCode(error, 'ENOENT')) throw error;
};

const removeDirectory = async (
  removal: Removal,
  parentFd: number,
  name: Buffer,
  depth: number,
): Promise<void> => {
  if (depth > maxDepth) {
    try {
      const moved = Buffer.from(`.removing-${randomBytes(8).toString('hex')}`);
      await rename(entryPath(parentFd, name), entryPath(removal.rootFd, moved));
      return;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return;
      // a subvolume in the way: go on downwards
      if (!hasErrorCode(error, 'EXDEV')) throw error;
    }
  }
  const fd = openIfExists(() => openChild(parentFd, name));
  if (fd === null) return;
  try {
    await removeContents(removal, fd, depth + 1);
  } finally {
    closeSync(fd);
  }
  await rmdir(entryPath(parentFd, name)).catch(ignoreMissing);
};

/** Empty, too, when somebody else has just removed the directory. */
const entriesOf = async (fd: number): Promise<readonly Dirent<Buffer>[]> => {
  try {
    return await readdir(descriptorPath(fd), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    ignoreMissing(error);
    return [];
  }
};

const removeContents = async (removal: Removal, fd: number, depth: number): Promise<void> => {
  for (;;) {
    removal.signal?.throwIfAborted();
    const entries = await entriesOf(fd);
    if (entries.length === 0) return;
    const files = entries.filter((entry) => !entry.isDirectory());
    for (let index = 0; index < files.length; index += batchSize) {
      removal.signal?.throwIfAborted();
      const batch = files.slice(index, index + batchSize);
      await Promise.all(
        batch.map(async (entry) => await unlink(entryPath(fd, entry.name)).catch(ignoreMissing)),
      );
    }
    for (const entry of entries) {
      if (entry.isDirectory()) await removeDirectory(removal, fd, entry.name, depth);
    }
    // only at the root may moved directories have come in meanwhile
    if (fd !== removal.rootFd) return;
  }
};

const refuseMounts = async (path: string, rootFd: number): Promise<void> => {
  const [mounted] = await mountsBelow(await readlink(descriptorPath(rootFd)));
  if (mounted === undefined) return;
  throw new SystemError({
    code: 'EXDEV',
    errno: 18,
    syscall: 'remove',
    path,
    note: `${mounted.target} is mounted`,
  });
};

const openIfExists = (open: () => number): number | null => {
  try {
    return open();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/**
 * Removes a tree by descriptors: no link is followed, and the kernel refuses every step into another mount (a bind mount of
 * the same file system too, which comparing device numbers, as `rm --one-file-system` does, would not notice). Two may remove the
 * same tree at once.
 * @throws SystemError EXDEV when something is mounted at or below the path; EBUSY when that happens meanwhile
 */
export const removeTree = async (path: string, signal: AbortSignal | undefined): Promise<void> => {
  const name = Buffer.from(basename(path));
  const parentFd = openIfExists(() =>
    openBelow(currentDirectory, dirname(path), { flags: openPath | constants.O_DIRECTORY }),
  );
  if (parentFd === null) return;
  try {
    const rootFd = openIfExists(() => openChild(parentFd, name));
    if (rootFd === null) return;
    try {
      await refuseMounts(path, rootFd);
      await removeContents({ rootFd, signal }, rootFd, 1);
    } finally {
      closeSync(rootFd);
    }
    await rmdir(entryPath(parentFd, name)).catch(ignoreMissing);
  } catch (error) {
    // a file or a link where a tree was expected
    if (!hasErrorCode(error, 'ENOTDIR', 'ELOOP')) throw error;
    await unlink(entryPath(parentFd, name)).catch(ignoreMissing);
  } finally {
    closeSync(parentFd);
  }
};
