import { fault, type NodeConfig } from '@insula/contract';
import type { Host } from '@insula/host';

/**
 * Opens the pool: mounts its image where it has one, made if it is missing, and has btrfs count what subvolumes hold. Repeating it
 * changes nothing.
 * @throws CodedError host_lacks when the folder of the pool holds something that the image would hide
 */
export async function preparePool(
  { files, mounts, diskImages, btrfs }: Pick<Host, 'files' | 'mounts' | 'diskImages' | 'btrfs'>,
  { pool, poolImage }: Pick<NodeConfig, 'pool' | 'poolImage'>,
): Promise<void> {
  await files.makeDir(pool);
  if (poolImage !== undefined && !(await mounts.isMounted(pool))) {
    const [first] = await files.list(pool);
    if (first !== undefined) {
      throw fault('host_lacks', {
        feature: `an empty folder ${pool}`,
        consequence: `${poolImage.path} cannot be mounted there: it would hide ${first.name}`,
        remedy: 'move what is in it, or take poolImage out of the configuration',
      });
    }
    if (!(await files.exists(poolImage.path))) {
      const unfinished = `${poolImage.path}.new`;
      await diskImages.make(unfinished, { sizeBytes: poolImage.sizeBytes, fileSystem: 'btrfs' });
      await files.rename(unfinished, poolImage.path);
    }
    await diskImages.mount({ path: poolImage.path, fileSystem: 'btrfs' }, pool);
  }
  if ((await files.fileSystem(pool)).type === 'btrfs') await btrfs.enableQuotas(pool);
}
