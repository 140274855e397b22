import type { Host } from '@insula/host';
import { doomedPrefix, type PoolLayout } from '../pool-layout.ts';
import { removeVolume } from '../volumes/remove-volume.ts';

type RemovalPorts = Pick<Host, 'files' | 'mounts' | 'btrfs' | 'quotas'>;

/** Removes a private area with its volumes and snapshots, whatever its layout: nobody need know any more what it was. */
export async function removeArea(ports: RemovalPorts, dir: string): Promise<void> {
  const { files } = ports;
  await ports.mounts.unmount(`${dir}/view`);
  const inside = await files.list(dir);
  for (const { name } of inside.filter(({ name }) => /^fs(\.next|\.previous)?$/.test(name)))
    await removeVolume(ports, `${dir}/${name}`);
  for (const { name } of await files.list(`${dir}/snapshots`))
    await removeVolume(ports, `${dir}/snapshots/${name}/fs`);
  await files.removeTree(dir);
}

/** Finishes removals that an earlier daemon was cut off in, whatever became of its journal. May last as long as they are large. */
export async function removeDoomedAreas(ports: RemovalPorts & { readonly pool: PoolLayout }): Promise<void> {
  const { files, pool } = ports;
  for (const { name } of await files.list(pool.privateAreas))
    if (name.startsWith(doomedPrefix)) await removeArea(ports, `${pool.privateAreas}/${name}`);
}
