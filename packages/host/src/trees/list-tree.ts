import { type BigIntStats, closeSync, constants } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { getAttribute, listAttributes } from '../syscalls/attribute-calls.ts';
import { currentDirectory, descriptorPath, openBelow, resolve } from '../syscalls/path-calls.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import type { ExtendedAttribute, TreeEntry, TreeEntryKind } from './trees.ts';

/** One descriptor is held per level. */
const maxDepth = 500;

const slash = Buffer.from('/');

/**
 * Every name in a tree, parents before children. Folders are entered by descriptor and never through a link, so that whoever changes
 * the tree meanwhile leads nobody out of it; what goes away meanwhile is left out.
 * `isOverlay` says that the tree is a mounted overlay, whose files may each show the device of the layer that they are in.
 * @throws SystemError ENAMETOOLONG beyond a depth that no honest tree has
 */
export async function listTree(
  root: string | Buffer,
  {
    signal,
    isOverlay = false,
  }: { readonly signal?: AbortSignal | undefined; readonly isOverlay?: boolean } = {},
): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];

  const enter = async (fd: number, path: Buffer, device: bigint, depth: number): Promise<void> => {
    if (depth > maxDepth)
      throw new SystemError({ code: 'ENAMETOOLONG', errno: 36, syscall: 'list', path: root.toString() });
    const names = await readdir(descriptorPath(fd), { encoding: 'buffer' });
    for (const name of names.sort((left, right) => left.compare(right))) {
      signal?.throwIfAborted();
      const entry = await unlessGone(async () => await describe(below(path, name), fd, name));
      // what is mounted in the tree is not of the tree
      if (entry === null || (entry.device !== device && !isOverlay)) continue;
      entries.push(entry.described);
      if (entry.described.kind !== 'directory') continue;
      const child = await unlessGone(async () => openFolder(fd, name));
      if (child === null) continue;
      try {
        await enter(child, entry.described.path, device, depth + 1);
      } finally {
        closeSync(child);
      }
    }
  };

  const rootFd = openBelow(currentDirectory, root, { flags: constants.O_RDONLY | constants.O_DIRECTORY });
  try {
    const { described, device } = await describe(Buffer.alloc(0), rootFd, Buffer.from('.'));
    entries.push(described);
    await enter(rootFd, Buffer.alloc(0), device, 1);
  } finally {
    closeSync(rootFd);
  }
  return entries;
}

const below = (path: Buffer, name: Buffer): Buffer =>
  path.length === 0 ? name : Buffer.concat([path, slash, name]);

const openFolder = (parentFd: number, name: Buffer): number =>
  openBelow(parentFd, name, {
    flags: constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
    resolve: resolve.beneath | resolve.noSymlinks | resolve.noMagicLinks,
  });

async function unlessGone<Result>(use: () => Promise<Result>): Promise<Result | null> {
  try {
    return await use();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL')) return null;
    throw error;
  }
}

interface Described {
  readonly described: TreeEntry;
  /** Of the file system that it is on. */
  readonly device: bigint;
}

async function describe(path: Buffer, parentFd: number, name: Buffer): Promise<Described> {
  const full = Buffer.concat([Buffer.from(`${descriptorPath(parentFd)}/`), name]);
  const stat = await lstat(full, { bigint: true });
  const kind = kindOf(stat);
  const described = {
    path,
    kind,
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    modifiedNs: stat.mtimeNs,
    changedNs: stat.ctimeNs,
    size: kind === 'file' ? Number(stat.size) : 0,
    allocatedBytes: Number(stat.blocks) * 512,
    inode: stat.ino,
    links: Number(stat.nlink),
    device: kind === 'character' || kind === 'block' ? Number(stat.rdev) : 0,
    target: kind === 'symlink' ? await readlink(full, { encoding: 'buffer' }) : null,
    xattrs: attributesOf(full),
  };
  return { described, device: stat.dev };
}

const attributesOf = (full: Buffer): readonly ExtendedAttribute[] =>
  [...listAttributes(full)].sort().map((name) => ({ name, value: getAttribute(full, name) }));

const kindOf = (stat: BigIntStats): TreeEntryKind => {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isCharacterDevice()) return 'character';
  if (stat.isBlockDevice()) return 'block';
  return stat.isFIFO() ? 'fifo' : 'socket';
};
