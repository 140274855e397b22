import { nodeSeries, spanOf } from '@insula/monitoring';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** History of VEs and of the node. */
export function historyReads({ registry, monitoring }: Node): Pick<Reads, 've.history' | 'node.history'> {
  const read = (series: string, query: Parameters<Reads['ve.history']>[0]['query'] & { metric?: string }) => {
    const now = Date.now();
    const { metric = 'cpu', resolution } = query;
    return monitoring.history.read(series, { metric, resolution, now, ...spanOf(query, now) });
  };
  return {
    've.history': ({ params, query }) => read(registry.find(params.ve).spec.uuid, query),
    'node.history': ({ query }) => read(nodeSeries, query as typeof query & { metric?: 'cpu' }),
  };
}
