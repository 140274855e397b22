import { dirname } from 'node:path';
import type { Host } from '@insula/host';
import { imageOf } from './image-volumes.ts';

/**
 * Removes the volume at a path with everything in it, of whatever layout it is: also what an interrupted operation left of it, and
 * also where nobody knows any more what it was. One that is gone is fine.
 */
export async function removeVolume(
  { files, mounts, btrfs, quotas }: Pick<Host, 'files' | 'mounts' | 'btrfs' | 'quotas'>,
  path: string,
): Promise<void> {
  await mounts.unmount(path);
  await files.removeFile(imageOf(path));
  await btrfs.deleteSubvolume(path);
  const project = await quotas.project(path);
  await files.removeTree(path);
  if (project !== null) await quotas.dropProject(dirname(path), project);
}
