import { fault } from '@insula/contract';
import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { type ManifestEntry, parseManifest } from '../store/manifest.ts';
import { mergeOwnLayers } from './merge-own-layers.ts';

/** What layers of a VE's own, the topmost first, have together. @throws CodedError layer_missing */
export async function readOwnLayers(
  { files, pool }: Pick<Host, 'files'> & { readonly pool: PoolLayout },
  digests: readonly string[],
): Promise<readonly ManifestEntry[]> {
  const layers = digests.map(async (digest) => {
    const { manifest } = pool.ownLayer(digest);
    const text = await files.readTextIfExists(manifest);
    if (text === null) throw fault('layer_missing', { path: manifest });
    return parseManifest(text);
  });
  return mergeOwnLayers(await Promise.all(layers));
}
