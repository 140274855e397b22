import type { VolumeLayout } from '@insula/contract';
import type { VolumeLimits, VolumeOptions } from './volume.ts';
import { type VolumePorts, volumeStores } from './volume-stores.ts';

/** A volume at its path, or one that is to be there. */
interface VolumeAt {
  readonly path: string;
  readonly layout: VolumeLayout;
}

/**
 * Makes a second volume with the files of another one, in the same layout by its own means, in another one file by file. Nobody else changes
 * the first meanwhile, unless both layouts are the same and copy at one moment.
 */
export async function carryVolume(
  ports: VolumePorts,
  { from, to, limits }: { readonly from: VolumeAt; readonly to: VolumeAt; readonly limits: VolumeLimits },
  options: VolumeOptions = {},
): Promise<void> {
  const stores = volumeStores(ports);
  const [source, target] = [stores[from.layout], stores[to.layout]];
  if (from.layout === to.layout) {
    await source.copy(from.path, to.path, options);
    return await target.limit(to.path, limits, options);
  }
  const { files } = ports;
  const isShut = from.layout === 'image' && !(await ports.mounts.isMounted(from.path));
  await target.make(to.path, limits, options);
  await target.open(to.path, options);
  await source.open(from.path, options);
  try {
    await files.removeTree(`${to.path}/upper`);
    await files.copyTree(`${from.path}/upper`, `${to.path}/upper`, options);
    await files.makeDir(`${to.path}/work`, { mode: 0o700 });
  } finally {
    if (isShut) await source.close(from.path);
    await target.close(to.path);
  }
}
