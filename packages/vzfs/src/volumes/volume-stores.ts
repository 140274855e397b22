import { fault, type VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import { imageVolumes } from './image-volumes.ts';
import { plainVolumes } from './plain-volumes.ts';
import { projectVolumes } from './project-volumes.ts';
import { subvolumes } from './subvolumes.ts';
import type { VolumeStore } from './volume.ts';

export type VolumePorts = Pick<Host, 'files' | 'mounts' | 'btrfs' | 'diskImages' | 'quotas'>;
export type VolumeStores = Readonly<Record<VolumeLayout, VolumeStore>>;

export function volumeStores(ports: VolumePorts): VolumeStores {
  return {
    subvolume: subvolumes(ports),
    project: projectVolumes(ports),
    image: imageVolumes(ports),
    plain: plainVolumes(ports),
  };
}

/**
 * The layout of a new private area: the one that was asked for, or the best that the pool can.
 * @throws CodedError invalid_input for one that the pool cannot
 */
export async function chooseLayout(
  { files, quotas }: Pick<Host, 'files' | 'quotas'>,
  poolRoot: string,
  wanted: VolumeLayout | 'auto',
): Promise<VolumeLayout> {
  const { type } = await files.fileSystem(poolRoot);
  const isBtrfs = type === 'btrfs';
  const refused = (problem: string) => fault('invalid_input', { field: 'layout', problem });
  switch (wanted) {
    case 'auto':
      // project only where it is asked for: no test has seen it on a kernel with such quotas yet
      return isBtrfs ? 'subvolume' : 'plain';
    case 'subvolume':
      if (isBtrfs) return wanted;
      throw refused(
        `the pool ${poolRoot} is on ${type}, and subvolumes need btrfs: see poolImage in the node's configuration`,
      );
    case 'project':
      if (!isBtrfs && (await quotas.enforced(poolRoot)).includes('project')) return wanted;
      throw refused(
        `not available here: project needs a pool on ext4 or xfs that is mounted with prjquota, and a kernel with quotas of that file system; ${poolRoot} is on ${type}`,
      );
    default:
      return wanted;
  }
}
