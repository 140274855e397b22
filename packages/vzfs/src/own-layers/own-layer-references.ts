import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';

type ReferencePorts = Pick<Host, 'files'> & { readonly pool: PoolLayout };

/**
 * Layers that VEs or their snapshots say are theirs. They are looked for as text, so that a record that cannot be read as a whole
 * holds its layers all the same. VEs are asked twice: what moves from one to a snapshot, or back, meanwhile is seen in either place.
 */
export async function ownLayerReferences({ files, pool }: ReferencePorts): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const look = async (path: string) => {
    const text = (await files.readTextIfExists(path)) ?? '';
    for (const [digest] of text.matchAll(/sha256:[0-9a-f]{64}/g)) found.add(digest);
  };
  const lookAtVes = async () => {
    for (const { name } of await files.list(pool.privateAreas))
      await look(`${pool.privateAreas}/${name}/ve.json`);
  };
  await lookAtVes();
  for (const { name: area } of await files.list(pool.privateAreas)) {
    const snapshots = `${pool.privateAreas}/${area}/snapshots`;
    for (const { name } of await files.list(snapshots)) await look(`${snapshots}/${name}/snapshot.json`);
  }
  await lookAtVes();
  return found;
}
