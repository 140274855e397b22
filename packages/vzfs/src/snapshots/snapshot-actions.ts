import type { Snapshot } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { removeVolume } from '../volumes/remove-volume.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import {
  currentSnapshot,
  listSnapshots,
  noteCurrent,
  snapshotPaths,
  writeSnapshot,
} from './snapshot-records.ts';

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
    await passOn(uuid, name);
    await files.rename(dir, doomed);
    await removeDoomed(doomed);
  }

  /** Those that came from a snapshot now come from the one before. */
  async function passOn(uuid: string, name: string): Promise<void> {
    const all = await listSnapshots(ports, uuid);
    const parent = all.find((snapshot) => snapshot.name === name)?.parent ?? null;
    for (const snapshot of all)
      if (snapshot.parent === name) await writeSnapshot(ports, uuid, { ...snapshot, parent });
    if ((await currentSnapshot(ports, uuid)) === name) await noteCurrent(ports, uuid, parent);
  }

  async function removeDoomed(doomed: string): Promise<void> {
    await removeVolume(ports, `${doomed}/fs`);
    await files.removeTree(doomed);
  }

  /** Makes the folder of a snapshot for what others put beside its files; it does not count before it is taken. */
  const beginSnapshot: StepHandler<NameArgs> = {
    do: async ({ uuid, name }) => await files.makeDir(snapshotPaths(pool, uuid, name).dir),
    undo: removeSnapshot,
  };

  const takeSnapshot: StepHandler<TakeSnapshotArgs> = {
    async do({ uuid, snapshot }, { signal }) {
      const paths = snapshotPaths(pool, uuid, snapshot.name);
      await files.makeDir(paths.dir);
      await stores[snapshot.layout].copy(pool.privateArea(uuid).volume, paths.volume, { signal });
      await writeSnapshot(ports, uuid, snapshot);
    },
    async undo({ uuid, snapshot }) {
      await stores[snapshot.layout].release(pool.privateArea(uuid).volume);
      await removeSnapshot({ uuid, name: snapshot.name });
    },
  };

  /** The point after which a snapshot is gone: one rename, durable. */
  const deleteSnapshot: StepHandler<NameArgs> = { do: removeSnapshot };

  const noteSnapshot: StepHandler<NameArgs & { readonly previous: string | null }> = {
    do: async ({ uuid, name }) => await noteCurrent(ports, uuid, name),
    undo: async ({ uuid, previous }) => await noteCurrent(ports, uuid, previous),
  };

  return {
    'begin-snapshot': beginSnapshot,
    'take-snapshot': takeSnapshot,
    'delete-snapshot': deleteSnapshot,
    'note-snapshot': noteSnapshot,
  };
}
