import type { Host } from '@insula/host';
import { areaActions } from './areas/area-actions.ts';
import { copyActions } from './areas/copy-actions.ts';
import { moveActions } from './areas/move-actions.ts';
import { reinstallActions } from './areas/reinstall-actions.ts';
import { rootActions } from './areas/root-actions.ts';
import { ownLayerActions } from './own-layers/own-layer-actions.ts';
import type { PoolLayout } from './pool-layout.ts';
import { snapshotActions } from './snapshots/snapshot-actions.ts';

type VzfsPorts = Pick<
  Host,
  'files' | 'mounts' | 'btrfs' | 'diskImages' | 'quotas' | 'guestTrees' | 'trees' | 'upperTrees'
> & {
  readonly pool: PoolLayout;
};

/** Step handlers for private areas, their snapshots and the roots that stand on them. */
export function vzfsActions(ports: VzfsPorts) {
  return {
    ...areaActions(ports),
    ...copyActions(ports),
    ...moveActions(ports),
    ...snapshotActions(ports),
    ...rootActions(ports),
    ...reinstallActions(ports),
    ...ownLayerActions(ports),
  };
}
