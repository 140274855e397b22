import { fault, type VolumeLayout } from '@insula/contract';
import type { VolumeLimits } from './volume.ts';

const parameters = { bytes: 'diskspace', inodes: 'diskinodes' } as const;

/** @throws CodedError invalid_parameter for a limit that a layout cannot hold: none is accepted and then ignored */
export function refuseLimits(
  layout: VolumeLayout,
  limits: VolumeLimits,
  unable: readonly (keyof VolumeLimits)[],
): void {
  for (const kind of unable) {
    if (limits[kind] === null) continue;
    const problem = `private areas of the layout "${layout}" have no limit of that kind`;
    throw fault('invalid_parameter', { parameter: parameters[kind], problem });
  }
}
