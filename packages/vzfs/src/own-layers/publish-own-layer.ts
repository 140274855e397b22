import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';

/**
 * Gives a finished layer its name. One that is there under it already is the same, and whole: layers come and go by renames. It is
 * touched then, so that a collection under way leaves it alone.
 */
export async function publishOwnLayer(
  { files, trees, pool }: Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout },
  staged: string,
  digest: string,
): Promise<void> {
  const { dir } = pool.ownLayer(digest);
  if (await files.exists(dir)) {
    await trees.touch(dir);
    await files.removeTree(staged);
    return;
  }
  await files.makeDir(pool.ownLayers);
  await files.rename(staged, dir);
  await trees.touch(dir);
}
