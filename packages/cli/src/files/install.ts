import { lstat, readdir, rename } from 'node:fs/promises';
import { UsageError } from '../errors/usage-error.ts';
import { pathIn } from './byte-names.ts';

/**
 * Moves a tree to its place on the same file system. Where a folder stands already, its content is merged; files are replaced as a whole.
 * What lies below the target is never reached through a link.
 * @throws UsageError when a file stands where a folder is to go, or the other way round
 */
export async function moveInto(from: string | Buffer, to: string | Buffer): Promise<void> {
  const there = await lstat(to).catch(ifMissing);
  const coming = await lstat(from);
  if (there === null || (!coming.isDirectory() && !there.isDirectory())) {
    await rename(from, to);
    return;
  }
  if (!coming.isDirectory())
    throw new UsageError(`${String(to)} is a folder`, 'remove it, or choose another target');
  if (!there.isDirectory())
    throw new UsageError(`${String(to)} is in the way and no folder`, 'remove it, or choose another target');
  await moveContent(from, to);
}

/** Moves everything in a folder into another one, as `moveInto` does. */
export async function moveContent(from: string | Buffer, to: string | Buffer): Promise<void> {
  for (const name of await readdir(from, 'latin1')) await moveInto(pathIn(from, name), pathIn(to, name));
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
