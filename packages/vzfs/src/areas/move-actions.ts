import type { VolumeLayout } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { removeVolume } from '../volumes/remove-volume.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';

type MoveArgs = { readonly uuid: string; readonly from: VolumeLayout; readonly to: VolumeLayout };

/** Step handlers that put a volume of another layout in the place of the one that a VE has. */
export function moveActions(ports: VolumePorts & { readonly pool: PoolLayout }) {
  const { files, pool } = ports;
  const stores = volumeStores(ports);
  /** Of a closed volume. */
  const isWhole = async (layout: VolumeLayout, path: string) =>
    layout === 'image' ? await stores.image.exists(path) : await files.exists(`${path}/upper`);

  /** Its undo puts the old one back from everywhere: the spec tells of the layout, and both must fit. */
  const exchangeLayout: StepHandler<MoveArgs> = {
    async do({ uuid, from, to }) {
      const { volume, nextVolume, previousVolume } = pool.privateArea(uuid);
      if (!(await isWhole(to, nextVolume))) return;
      await removeVolume(ports, previousVolume);
      await stores[from].rename(volume, previousVolume);
      await stores[to].rename(nextVolume, volume);
    },
    async undo({ uuid, from, to }) {
      const { volume, nextVolume, previousVolume } = pool.privateArea(uuid);
      if (!(await isWhole(from, previousVolume))) return;
      if (await isWhole(to, nextVolume)) {
        // nothing has changed places: the previous one is of another time
        if (await isWhole(from, volume)) return;
      } else if (await isWhole(to, volume)) await stores[to].rename(volume, nextVolume);
      else return;
      // a folder that a rename was to lead to
      await files.removeTree(volume);
      await stores[from].rename(previousVolume, volume);
    },
  };

  /** The point of no return. What it cannot take away goes with the next change of the volume, or with the VE. */
  const discardVolume: StepHandler<{ readonly uuid: string }> = {
    async do({ uuid }, context) {
      const { previousVolume } = pool.privateArea(uuid);
      try {
        await removeVolume(ports, previousVolume);
      } catch (error) {
        context.log(`${previousVolume}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };

  return { 'exchange-layout': exchangeLayout, 'discard-volume': discardVolume };
}
