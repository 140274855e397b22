import type { VolumeLayout } from '@insula/contract';
import { hasErrorCode } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import type { VolumeLimits } from '../volumes/volume.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { removeArea } from './remove-area.ts';

type AreaArgs = { readonly uuid: string };
type VolumeArgs = AreaArgs & { readonly layout: VolumeLayout };
export type MakeAreaArgs = VolumeArgs & { readonly limits: VolumeLimits };
export type LimitAreaArgs = MakeAreaArgs & { readonly previous: VolumeLimits };

/** Step handlers for private areas. */
export function areaActions(ports: VolumePorts & { readonly pool: PoolLayout }) {
  const { files, pool } = ports;
  const stores = volumeStores(ports);

  const makePrivateArea: StepHandler<MakeAreaArgs> = {
    async do({ uuid, layout, limits }, { signal }) {
      const area = pool.privateArea(uuid);
      const store = stores[layout];
      await files.makeDir(area.dir, { mode: 0o700 });
      await store.make(area.volume, limits, { signal });
      await store.open(area.volume, { signal });
      // The upper directory becomes the VE's `/`: everybody inside must be able to enter it.
      await files.makeDir(area.upper, { mode: 0o755 });
      await files.makeDir(area.work, { mode: 0o700 });
      await store.close(area.volume);
    },
    undo: async ({ uuid }) => await removeArea(ports, pool.privateArea(uuid).dir),
  };

  const openVolume: StepHandler<VolumeArgs> = {
    do: async ({ uuid, layout }, { signal }) =>
      await stores[layout].open(pool.privateArea(uuid).volume, { signal }),
    undo: async ({ uuid, layout }) => await stores[layout].close(pool.privateArea(uuid).volume),
  };

  const closeVolume: StepHandler<VolumeArgs> = {
    do: async ({ uuid, layout }) => await stores[layout].close(pool.privateArea(uuid).volume),
  };

  const limitVolume: StepHandler<LimitAreaArgs> = {
    do: async ({ uuid, layout, limits }, { signal }) =>
      await stores[layout].limit(pool.privateArea(uuid).volume, limits, { signal }),
    undo: async ({ uuid, layout, previous }) =>
      await stores[layout].limit(pool.privateArea(uuid).volume, previous),
  };

  /** The point after which a VE is gone: one rename, durable. */
  const doomPrivateArea: StepHandler<AreaArgs> = {
    async do({ uuid }) {
      try {
        await files.rename(pool.privateArea(uuid).dir, pool.doomedArea(uuid));
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT')) throw error;
      }
    },
  };

  const removePrivateArea: StepHandler<AreaArgs> = {
    do: async ({ uuid }) => await removeArea(ports, pool.doomedArea(uuid)),
  };

  return {
    'make-private-area': makePrivateArea,
    'open-volume': openVolume,
    'close-volume': closeVolume,
    'limit-volume': limitVolume,
    'doom-private-area': doomPrivateArea,
    'remove-private-area': removePrivateArea,
  };
}
