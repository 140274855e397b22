import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';

export interface ReferencePorts extends Pick<Host, 'files'> {
  readonly pool: PoolLayout;
  /** The plans of all unfinished operations, as text. */
  readonly plansUnderWay: () => readonly string[];
}

/**
 * Layers that VEs or their snapshots say are theirs, or that an operation under way may give back to one when it is undone. They are
 * looked for as text, so that a record that cannot be read as a whole holds its layers all the same. VEs are asked twice: what moves
 * from one to a snapshot or a plan, or back, meanwhile is seen in either place.
 */
export async function ownLayerReferences({
  files,
  pool,
  plansUnderWay,
}: ReferencePorts): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const note = (text: string) => {
    for (const [digest] of text.matchAll(/sha256:[0-9a-f]{64}/g)) found.add(digest);
  };
  const look = async (path: string) => note((await files.readTextIfExists(path)) ?? '');
  const lookAtVes = async () => {
    for (const { name } of await files.list(pool.privateAreas))
      await look(`${pool.privateAreas}/${name}/ve.json`);
  };
  await lookAtVes();
  plansUnderWay().forEach(note);
  for (const { name: area } of await files.list(pool.privateAreas)) {
    const snapshots = `${pool.privateAreas}/${area}/snapshots`;
    for (const { name } of await files.list(snapshots)) await look(`${snapshots}/${name}/snapshot.json`);
  }
  await lookAtVes();
  return found;
}
