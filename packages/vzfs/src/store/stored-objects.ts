import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { objectPath } from './object-paths.ts';

/** Whether the store has an object, whole. One that has is touched, so that a collection under way leaves it alone. */
export async function isStored(
  { files, trees, pool }: Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout },
  digest: string,
  size: number,
): Promise<boolean> {
  const path = objectPath(pool, digest);
  const stat = await files.stat(path);
  if (stat?.kind !== 'file' || stat.sizeBytes !== size) return false;
  await trees.touch(path);
  return true;
}
