import type { Snapshot, SnapshotChange, VeSpec } from '@insula/contract';
import type { Host } from '@insula/host';
import { ownChanges } from '../own-layers/own-changes.ts';
import { readOwnLayers } from '../own-layers/read-own-layers.ts';
import type { PoolLayout } from '../pool-layout.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { compareChanges } from './compare-changes.ts';
import { snapshotPaths } from './snapshot-records.ts';

/** What changed in a VE since a snapshot. Both are opened for the time of it, where they are not. */
export async function diffSnapshot(
  ports: VolumePorts & Pick<Host, 'trees'> & { readonly pool: PoolLayout },
  { uuid, layers }: Pick<VeSpec, 'uuid' | 'layers'>,
  snapshot: Snapshot,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly SnapshotChange[]> {
  const { mounts, trees, pool } = ports;
  const store = volumeStores(ports)[snapshot.layout];
  const listed = async (volume: string) => {
    const wasOpen = snapshot.layout !== 'image' || (await mounts.isMounted(volume));
    if (!wasOpen) await store.open(volume, options);
    try {
      return await trees.list(`${volume}/upper`, options);
    } finally {
      if (!wasOpen) await store.close(volume);
    }
  };
  const taken = snapshotPaths(pool, uuid, snapshot.name).volume;
  const before = ownChanges(await listed(taken), await readOwnLayers(ports, snapshot.layers));
  const now = ownChanges(await listed(pool.privateArea(uuid).volume), await readOwnLayers(ports, layers));
  const { name, version } = snapshot.template;
  const template = await trees.list(pool.layer(name, version).root, options);
  return compareChanges(before, now, new Set(template.map(({ path }) => path.toString('latin1'))));
}
