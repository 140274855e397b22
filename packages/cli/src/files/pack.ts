import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { nameFromText, pathIn } from './byte-names.ts';
import { tarEnd, tarHeader, tarPadding } from './tar-header.ts';

export interface PackOptions {
  /** Name of the tree in the stream; empty: its content without a folder around it. */
  readonly as: string;
  readonly onSkipped: (path: string, why: string) => void;
}

/**
 * A tar stream of a local file or folder. All of it belongs to root of the VE; modes are kept but for set-user-ID bits; links stay links;
 * sockets, devices and the like are left out. The stream fails when a file shrinks while it is read.
 */
export function packTree(path: string, options: PackOptions): Readable {
  const name = nameFromText(options.as);
  return Readable.from(archive(Buffer.from(path), { ...options, as: name }), { objectMode: false });
}

async function* archive(path: Buffer, options: PackOptions): AsyncGenerator<Buffer> {
  yield* entries(path, options.as, options.onSkipped);
  yield tarEnd;
}

async function* entries(
  path: Buffer,
  name: string,
  onSkipped: PackOptions['onSkipped'],
): AsyncGenerator<Buffer> {
  const stats = await lstat(path);
  if (stats.isDirectory()) yield* folder(path, name, stats, onSkipped);
  else if (stats.isFile()) yield* file(path, name, onSkipped);
  else if (stats.isSymbolicLink()) yield link(name, stats, await readlink(path, 'latin1'));
  else onSkipped(String(path), 'neither file, folder nor link');
}

async function* folder(
  path: Buffer,
  name: string,
  stats: Stats,
  onSkipped: PackOptions['onSkipped'],
): AsyncGenerator<Buffer> {
  // a folder whose content goes into another one leaves that one's mode alone
  if (name !== '') yield tarHeader({ ...common(name, stats), kind: 'directory', sizeBytes: 0 });
  for (const child of (await readdir(path, 'latin1')).sort()) {
    yield* entries(pathIn(path, child), name === '' ? child : `${name}/${child}`, onSkipped);
  }
}

async function* file(
  path: Buffer,
  name: string,
  onSkipped: PackOptions['onSkipped'],
): AsyncGenerator<Buffer> {
  // a FIFO put in its place would make opening it wait for ever
  await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stats = await handle.stat();
  if (!stats.isFile()) {
    onSkipped(String(path), 'no regular file any more');
    return;
  }
  yield tarHeader({ ...common(name, stats), kind: 'file', sizeBytes: stats.size });
  yield* content(handle, path, stats.size);
  yield tarPadding(stats.size);
}

/** Exactly so many bytes: a file that grows meanwhile ends where it ended when it was opened. */
async function* content(handle: FileHandle, path: Buffer, sizeBytes: number): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  while (left > 0) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(left, 65_536)));
    if (bytesRead === 0) throw new Error(`${String(path)} became shorter while it was read`);
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function link(name: string, stats: Stats, linkTarget: string): Buffer {
  return tarHeader({ ...common(name, stats), kind: 'symlink', sizeBytes: 0, linkTarget });
}

function common(name: string, { mode, mtime }: Stats) {
  return { name, mode: mode & 0o777, modifiedAt: mtime };
}
