import type { Reading } from '@insula/contract';
import type { Snapshot } from '@insula/monitoring';

/** A reading as the API shows it. */
export function readingView(name: string, { node, ves }: Snapshot): Reading {
  const { statistics, pool, at } = node.reading;
  return {
    at: new Date(at).toISOString(),
    node: {
      name,
      processors: statistics.processors,
      memoryBytes: statistics.memory.total,
      poolBytes: pool.total,
      values: node.values,
    },
    ves: ves.map(({ reading: { subject }, values }) => ({
      uuid: subject.uuid,
      ctid: subject.ctid,
      name: subject.name,
      values,
    })),
  };
}
