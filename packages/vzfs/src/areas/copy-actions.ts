import type { VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { snapshotPaths } from '../snapshots/snapshot-records.ts';
import { carryVolume } from '../volumes/carry-volume.ts';
import { removeVolume } from '../volumes/remove-volume.ts';
import type { VolumeLimits } from '../volumes/volume.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { removeArea } from './remove-area.ts';
import { resetIdentity } from './reset-identity.ts';

/** The volume of a VE as it is, or as one of its snapshots has it. */
export type VolumeSource = { readonly uuid: string; readonly snapshot: string | null };

type TargetArgs = { readonly uuid: string; readonly layout: VolumeLayout; readonly limits: VolumeLimits };
export type CopyVolumeArgs = TargetArgs & { readonly from: VolumeSource };
export type StageVolumeArgs = CopyVolumeArgs & {
  /** Of the source, where it is another one. */
  readonly fromLayout?: VolumeLayout;
};

/** Step handlers that make a volume from another one. */
export function copyActions(ports: VolumePorts & Pick<Host, 'guestTrees'> & { readonly pool: PoolLayout }) {
  const { files, pool, guestTrees } = ports;
  const stores = volumeStores(ports);
  const pathOf = ({ uuid, snapshot }: VolumeSource) =>
    snapshot === null ? pool.privateArea(uuid).volume : snapshotPaths(pool, uuid, snapshot).volume;

  /** A private area of its own for a clone, with everything but what tells one system from another. */
  const copyVolume: StepHandler<CopyVolumeArgs> = {
    async do({ uuid, layout, limits, from }, { signal }) {
      const area = pool.privateArea(uuid);
      const store = stores[layout];
      await files.makeDir(area.dir, { mode: 0o700 });
      await store.copy(pathOf(from), area.volume, { signal });
      await store.limit(area.volume, limits, { signal });
      await store.open(area.volume, { signal });
      await guestTrees.within(area.upper, resetIdentity);
      await store.close(area.volume);
    },
    async undo({ uuid, layout, from }) {
      await stores[layout].release(pathOf(from));
      await removeArea(ports, pool.privateArea(uuid).dir);
    },
  };

  /** Lays a copy of a volume beside the one whose place it will take. */
  const stageVolume: StepHandler<StageVolumeArgs> = {
    async do({ uuid, layout, limits, from, fromLayout = layout }, { signal }) {
      const source = { path: pathOf(from), layout: fromLayout };
      const to = { path: pool.privateArea(uuid).nextVolume, layout };
      await removeVolume(ports, to.path);
      await carryVolume(ports, { from: source, to, limits }, { signal });
    },
    undo: async ({ uuid }) => await removeVolume(ports, pool.privateArea(uuid).nextVolume),
  };

  /**
   * Puts the staged volume in the place of the other. Between its two renames there is no volume: then its undo puts the old one back.
   * Once both are done nothing goes back.
   */
  const swapVolume: StepHandler<Omit<TargetArgs, 'limits'>> = {
    async do({ uuid, layout }) {
      const { volume, nextVolume, previousVolume } = pool.privateArea(uuid);
      const store = stores[layout];
      if (!(await store.exists(nextVolume))) return;
      if (await store.exists(volume)) {
        // what the removal of an earlier one could not take away
        await removeVolume(ports, previousVolume);
        await store.rename(volume, previousVolume);
      }
      await store.rename(nextVolume, volume);
    },
    async undo({ uuid, layout }) {
      const { volume, previousVolume } = pool.privateArea(uuid);
      const store = stores[layout];
      if (!(await store.exists(volume)) && (await store.exists(previousVolume)))
        await store.rename(previousVolume, volume);
    },
  };

  /** As `swap-volume`, but until the old volume is dropped its undo puts that back: where something is still to come that may fail. */
  const exchangeVolume: StepHandler<Omit<TargetArgs, 'limits'>> = {
    do: async (args, context) => await swapVolume.do(args, context),
    async undo({ uuid, layout }) {
      const { volume, nextVolume, previousVolume } = pool.privateArea(uuid);
      const store = stores[layout];
      const [isThere, isStaged, isKept] = await Promise.all(
        [volume, nextVolume, previousVolume].map(async (path) => await store.exists(path)),
      );
      // a staged one that is still there was not put in place: the one before is an old rest
      if (isKept !== true || isStaged === true) {
        if (isThere !== true && isKept === true) await store.rename(previousVolume, volume);
        return;
      }
      if (isThere === true) await store.rename(volume, nextVolume);
      await store.rename(previousVolume, volume);
    },
  };

  const dropVolume: StepHandler<{ readonly uuid: string }> = {
    do: async ({ uuid }) => await removeVolume(ports, pool.privateArea(uuid).previousVolume),
  };

  return {
    'copy-volume': copyVolume,
    'stage-volume': stageVolume,
    'swap-volume': swapVolume,
    'exchange-volume': exchangeVolume,
    'drop-volume': dropVolume,
  };
}
