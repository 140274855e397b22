import type { Beancounter, CapacityRow, ParameterName } from '@insula/contract';
import {
  beancounters,
  type Counters,
  capacityRows,
  nodeCapacity,
  readCounters,
  readUse,
  type UsePorts,
  type UseTarget,
} from '@insula/resources';
import type { VeEntry } from '@insula/ve';
import { volumeStores } from '@insula/vzfs';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** What counters of VEs are read through. */
function usePorts({ host, ports: { pool } }: Pick<Node, 'host' | 'ports'>): UsePorts {
  return {
    ...{ ...host, pool },
    volumeUsage: async ({ uuid, layout }) =>
      await volumeStores(host)[layout].usage(pool.privateArea(uuid).volume),
  };
}

/** A VE as its counters are read. */
function useTarget({ ports: { groups } }: Pick<Node, 'ports'>, { spec, runtime }: VeEntry): UseTarget {
  return {
    spec: { ...spec, parameters: runtime.parameters ?? spec.parameters },
    groups: { outer: groups.outer(spec.ctid), payload: groups.payload(spec.ctid) },
    init: runtime.init,
  };
}

/** The calls that tell what VEs hold and may hold. */
export function limitReads(node: Node): Pick<Reads, 've.limits' | 'beancounter.list' | 'node.capacity'> {
  const { registry } = node;
  return {
    've.limits': async ({ params }) =>
      await readUse(usePorts(node), useTarget(node, registry.find(params.ve))),
    'beancounter.list': async ({ query }) => {
      const entries = query.ve === undefined ? registry.list() : [registry.find(query.ve)];
      const rows: Beancounter[] = [];
      for (const entry of entries.filter(({ runtime }) => runtime.init !== null)) {
        rows.push(...beancounters(entry.spec, await readCounters(usePorts(node), useTarget(node, entry))));
      }
      return rows;
    },
    'node.capacity': async () => await capacityOf(node),
  };
}

async function capacityOf(node: Node): Promise<CapacityRow[]> {
  const { host, config, registry } = node;
  const entries = registry.list();
  const running = entries.filter(({ runtime }) => runtime.init !== null);
  const counters: ReadonlyMap<ParameterName, Counters>[] = [];
  for (const entry of running)
    counters.push(await readCounters(usePorts(node), useTarget(node, entry), { gathered: false }));
  const space = await host.files.fileSystem(config.pool);
  return capacityRows({
    capacity: await nodeCapacity(host, config),
    processes: Number((await host.sysctls.read('kernel.pid_max')) ?? 32_768),
    disk: { totalBytes: space.totalBytes, usedBytes: space.totalBytes - space.availableBytes },
    running: running.map(({ spec, runtime }) => runtime.parameters ?? spec.parameters),
    all: entries.map(({ spec }) => spec.parameters),
    held: (parameter) => counters.reduce((sum, all) => sum + (all.get(parameter)?.held ?? 0), 0),
  });
}
