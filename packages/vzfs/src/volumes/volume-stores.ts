import { fault, type VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import { imageVolumes } from './image-volumes.ts';
import { plainVolumes } from './plain-volumes.ts';
import { subvolumes } from './subvolumes.ts';
import type { VolumeStore } from './volume.ts';

export type VolumePorts = Pick<Host, 'files' | 'mounts' | 'btrfs' | 'diskImages'>;
export type VolumeStores = Readonly<Record<VolumeLayout, VolumeStore>>;

export function volumeStores(ports: VolumePorts): VolumeStores {
  return { subvolume: subvolumes(ports), image: imageVolumes(ports), plain: plainVolumes(ports) };
}

/**
 * The layout of a new private area: the one that was asked for, or the best that the pool can.
 * @throws CodedError invalid_input for one that the pool cannot
 */
export async function chooseLayout(
  { files }: Pick<Host, 'files'>,
  poolRoot: string,
  wanted: VolumeLayout | 'auto',
): Promise<VolumeLayout> {
  const { type } = await files.fileSystem(poolRoot);
  const isBtrfs = type === 'btrfs';
  if (wanted === 'auto') return isBtrfs ? 'subvolume' : 'plain';
  if (wanted === 'subvolume' && !isBtrfs) {
    const problem = `the pool ${poolRoot} is on ${type}, and subvolumes need btrfs: see poolImage in the node's configuration`;
    throw fault('invalid_input', { field: 'layout', problem });
  }
  return wanted;
}
