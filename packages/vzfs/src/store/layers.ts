import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { type ManifestEntry, parseManifest } from './manifest.ts';

/** A layer of stubs with what its manifest says. */
export interface StubLayer {
  readonly reference: string;
  readonly entries: readonly ManifestEntry[];
}

/** All layers of the pool that are made of stubs: of templates by name, of VEs by digest. @throws Error naming a manifest that cannot be read */
export async function stubLayers({
  files,
  pool,
}: Pick<Host, 'files'> & { readonly pool: PoolLayout }): Promise<readonly StubLayer[]> {
  const layers: StubLayer[] = [];
  for (const { name } of await files.list(pool.layers)) {
    const text = await files.readTextIfExists(`${pool.layers}/${name}/manifest`);
    if (text !== null) layers.push({ reference: name, entries: parseManifest(text) });
  }
  for (const { name } of await files.list(pool.ownLayers)) {
    const text = await files.readTextIfExists(`${pool.ownLayers}/${name}/manifest`);
    if (text !== null) layers.push({ reference: `sha256:${name}`, entries: parseManifest(text) });
  }
  return layers;
}

/** The objects that a layer needs, each with its size. */
export function objectsOf({ entries }: StubLayer): ReadonlyMap<string, number> {
  return new Map(entries.flatMap(({ digest, size }) => (digest === null ? [] : [[digest, size] as const])));
}
