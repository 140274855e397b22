import type { Snapshot } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { removeVolume } from '../volumes/remove-volume.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { snapshotPaths } from './snapshot-records.ts';

export type TakeSnapshotArgs = { readonly uuid: string; readonly snapshot: Snapshot };
type NameArgs = { readonly uuid: string; readonly name: string };

/** Step handlers for snapshots of private areas. */
export function snapshotActions(ports: VolumePorts & { readonly pool: PoolLayout }) {
  const { files, pool } = ports;
  const stores = volumeStores(ports);

  async function removeSnapshot({ uuid, name }: NameArgs): Promise<void> {
    const { dir, doomed } = snapshotPaths(pool, uuid, name);
    // what an earlier removal of one with that name left must not be in the way of this one
    await removeDoomed(doomed);
    if (!(await files.exists(dir))) return;
    await files.rename(dir, doomed);
    await removeDoomed(doomed);
  }

  async function removeDoomed(doomed: string): Promise<void> {
    await removeVolume(ports, `${doomed}/fs`);
    await files.removeTree(doomed);
  }

  const takeSnapshot: StepHandler<TakeSnapshotArgs> = {
    async do({ uuid, snapshot }, { signal }) {
      const paths = snapshotPaths(pool, uuid, snapshot.name);
      await files.makeDir(paths.dir);
      await stores[snapshot.layout].copy(pool.privateArea(uuid).volume, paths.volume, { signal });
      await files.writeAtomic(paths.record, `${JSON.stringify(snapshot, null, 2)}\n`);
    },
    async undo({ uuid, snapshot }) {
      await stores[snapshot.layout].release(pool.privateArea(uuid).volume);
      await removeSnapshot({ uuid, name: snapshot.name });
    },
  };

  /** The point after which a snapshot is gone: one rename, durable. */
  const deleteSnapshot: StepHandler<NameArgs> = { do: removeSnapshot };

  return { 'take-snapshot': takeSnapshot, 'delete-snapshot': deleteSnapshot };
}
