import type { Snapshot } from '../sampler/sampler.ts';
import { exposition } from './exposition.ts';
import { familiesOf } from './family-row.ts';
import { type NodeSubject, nodeFamilies } from './node-families.ts';
import { veFamilies } from './ve-families.ts';

/** The last sample as OpenMetrics text: nothing is measured for it. */
export function metricsText(snapshot: Snapshot, rest: Pick<NodeSubject, 'version' | 'ves'>): string {
  const node = { labels: {}, subject: { reading: snapshot.node.reading, ...rest } };
  const ves = snapshot.ves.map(({ reading }) => ({ labels: { ve: reading.subject.name }, subject: reading }));
  return exposition([...familiesOf(nodeFamilies, [node]), ...familiesOf(veFamilies, ves)]);
}
