import { closeSync, constants } from 'node:fs';
import { lchown, open, unlink } from 'node:fs/promises';
import { removeAttribute, setAttribute, setModifiedTime } from '../syscalls/attribute-calls.ts';
import { currentDirectory, descriptorPath, openBelow, resolve } from '../syscalls/path-calls.ts';
import { makeSpecial } from '../syscalls/special-file-calls.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import { listTree } from '../trees/list-tree.ts';
import type { TreeEntry } from '../trees/trees.ts';
import type { UpperChanges, UpperTrees } from './upper-trees.ts';

const prefix = 'trusted.overlay.';
const [opaque, redirect, metacopy, whiteout] = ['opaque', 'redirect', 'metacopy', 'whiteout'].map(
  (name) => `${prefix}${name}`,
) as [string, string, string, string];

interface Options {
  readonly signal?: AbortSignal;
}

/** Upper trees through the ordinary file calls. */
export class LinuxUpperTrees implements UpperTrees {
  async survey(upper: string, merged: string, { signal }: Options = {}): Promise<UpperChanges> {
    const names: string[] = [];
    const removed: string[] = [];
    const covered: string[] = [];
    let moved: Buffer | null = null;
    for (const entry of await listTree(upper, { signal })) {
      if (moved !== null && isBelow(moved, entry.path)) continue;
      const name = nameOf(entry.path);
      if (isWhiteout(entry)) {
        removed.push(name);
        continue;
      }
      names.push(name);
      if (attributeOf(entry, opaque) === 'y') covered.push(name);
      if (!isMoved(entry)) continue;
      moved = entry.path;
      if (!covered.includes(name)) covered.push(name);
      for (const { path } of await listTree(join(merged, moved), { signal, isOverlay: true }))
        if (path.length > 0) names.push(nameOf(Buffer.concat([moved, slash, path])));
    }
    return { names, removed, opaque: covered };
  }

  async complete(
    upper: string,
    merged: string,
    { signal, also = [] }: Options & { readonly also?: readonly Buffer[] } = {},
  ): Promise<void> {
    const touch = async ({ kind, uid, gid }: TreeEntry, path: Buffer): Promise<void> => {
      signal?.throwIfAborted();
      const full = join(merged, path);
      // with a new owner, which is the old one, everything else is copied up
      if (kind === 'file') await copyUp(full);
      else await lchown(full, uid, gid);
    };
    for (const entry of await listTree(upper, { signal })) {
      if (entry.kind === 'file' && attributeOf(entry, metacopy) !== null) await touch(entry, entry.path);
      if (!isMoved(entry)) continue;
      for (const below of await listTree(join(merged, entry.path), { signal, isOverlay: true }))
        if (below.path.length > 0) await touch(below, Buffer.concat([entry.path, slash, below.path]));
    }
    for (const path of also) {
      signal?.throwIfAborted();
      await copyUp(join(merged, path)).catch((error: unknown) => {
        if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR')) throw error;
      });
    }
  }

  async detach(upper: string, { signal }: Options = {}): Promise<void> {
    const entries = await listTree(upper, { signal });
    for (const entry of entries) {
      const full = join(upper, entry.path);
      if (isWhiteout(entry)) await unlink(full);
      else for (const { name } of entry.xattrs) if (name.startsWith(prefix)) removeAttribute(full, name);
    }
    for (const { kind, path, modifiedNs } of entries)
      if (kind === 'directory') setModifiedTime(join(upper, path), modifiedNs);
  }

  async cover(upper: string, changes: Pick<UpperChanges, 'removed' | 'opaque'>): Promise<void> {
    const root = openBelow(currentDirectory, upper, { flags: constants.O_RDONLY | constants.O_DIRECTORY });
    try {
      for (const name of changes.opaque)
        within(root, name === '.' ? [] : partsOf(name), (fd) =>
          setAttribute(Buffer.from(`${descriptorPath(fd)}/.`), opaque, Buffer.from('y')),
        );
      for (const name of changes.removed) {
        const parts = partsOf(name);
        const last = parts.pop() ?? Buffer.alloc(0);
        within(root, parts, (fd) =>
          makeSpecial(Buffer.concat([Buffer.from(`${descriptorPath(fd)}/`), last]), 'character', 0),
        );
      }
    } finally {
      closeSync(root);
    }
  }
}

const slash = Buffer.from('/');

/** Opened for writing a file is copied up with its data. */
async function copyUp(file: Buffer): Promise<void> {
  await (await open(file, constants.O_WRONLY | constants.O_NOFOLLOW)).close();
}

const join = (root: string, path: Buffer): Buffer =>
  path.length === 0 ? Buffer.from(root) : Buffer.concat([Buffer.from(root), slash, path]);

const nameOf = (path: Buffer): string => (path.length === 0 ? '.' : path.toString('latin1'));

const attributeOf = ({ xattrs }: TreeEntry, name: string): string | null =>
  xattrs.find((attribute) => attribute.name === name)?.value.toString('latin1') ?? null;

/** A character device of number 0, or since Linux 6.7 a file that is marked as one. */
const isWhiteout = (entry: TreeEntry): boolean =>
  (entry.kind === 'character' && entry.device === 0) ||
  (entry.kind === 'file' && entry.size === 0 && attributeOf(entry, whiteout) !== null);

/** A directory of a lower layer that was renamed: what is in it shows from where it was. */
const isMoved = (entry: TreeEntry): boolean =>
  entry.kind === 'directory' && attributeOf(entry, redirect) !== null;

const isBelow = (folder: Buffer, path: Buffer): boolean =>
  path.length > folder.length &&
  path.subarray(0, folder.length).equals(folder) &&
  path[folder.length] === 0x2f;

const longestName = 255;

/** @throws SystemError EINVAL for what is no name below a tree */
function partsOf(name: string): Buffer[] {
  const parts = name.split('/').map((part) => Buffer.from(part, 'latin1'));
  const isBad = (part: Buffer) =>
    part.length === 0 ||
    part.length > longestName ||
    part.includes(0) ||
    /^\.\.?$/.test(part.toString('latin1'));
  if (parts.some(isBad)) throw new SystemError({ code: 'EINVAL', errno: 22, syscall: 'cover', path: name });
  return parts;
}

/** Calls `use` with a descriptor of a directory of the tree. */
function within(rootFd: number, parts: readonly Buffer[], use: (fd: number) => void): void {
  const below = parts.flatMap((part, index) => (index === 0 ? [part] : [slash, part]));
  const fd = openBelow(rootFd, parts.length === 0 ? '.' : Buffer.concat(below), {
    flags: constants.O_RDONLY | constants.O_DIRECTORY,
    resolve: resolve.beneath | resolve.noSymlinks | resolve.noMagicLinks,
  });
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}
