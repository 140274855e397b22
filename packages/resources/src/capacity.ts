import {
  type CapacityRow,
  fault,
  type NodeConfig,
  type ParameterName,
  type ParameterValues,
} from '@insula/contract';
import type { Host } from '@insula/host';
import { onlineProcessors } from './limit-target.ts';
import { amountNumber, limitOf } from './parameter-halves.ts';
import { completeValues } from './parameter-values.ts';

/** What can be promised: memory in bytes, CPU time in percent of one core. */
export interface Promised {
  readonly memoryBytes: number;
  readonly cpuPercent: number;
}

export interface NodeCapacity {
  /** All that there is. */
  readonly total: Promised;
  /** What stays with the node itself. */
  readonly reserve: Promised;
  readonly swapBytes: number;
}

/** Memory of which a node keeps at least this much for itself. */
const leastReserveBytes = 256 * 2 ** 20;

/** What the node has. */
export async function nodeCapacity(
  ports: Pick<Host, 'files'>,
  { reserve }: Pick<NodeConfig, 'reserve'>,
): Promise<NodeCapacity> {
  const memory = await ports.files.readText('/proc/meminfo');
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0) * 1024;
  const total = {
    memoryBytes: bytes('MemTotal'),
    cpuPercent: (await onlineProcessors(ports)).length * 100,
  };
  return {
    total,
    reserve: {
      memoryBytes: Math.max(leastReserveBytes, Math.floor((total.memoryBytes * reserve.memoryPercent) / 100)),
      cpuPercent: Math.ceil((total.cpuPercent * reserve.cpuPercent) / 100),
    },
    swapBytes: bytes('SwapTotal'),
  };
}

/** What one VE is promised. */
export function promisedTo(values: ParameterValues): Promised {
  const { vmguarpages, oomguarpages, cpuguarantee } = completeValues(values);
  return {
    memoryBytes: Math.max(amountNumber(limitOf(vmguarpages)), amountNumber(limitOf(oomguarpages))),
    cpuPercent: amountNumber(limitOf(cpuguarantee)),
  };
}

function sumOf(all: readonly Promised[]): Promised {
  return {
    memoryBytes: all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    cpuPercent: all.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0),
  };
}

/**
 * Whether the node can promise a VE what it asks for beside what others were promised.
 * @returns with `force`, what is promised beyond what there is, in words; else nothing
 * @throws CodedError overcommitted
 */
export function checkPromises(
  { total, reserve }: NodeCapacity,
  others: readonly Promised[],
  ve: { readonly name: string; readonly wanted: Promised },
  options: { readonly force: boolean },
): readonly string[] {
  const taken = sumOf(others);
  const remarks: string[] = [];
  for (const [key, resource, text] of kinds) {
    const free = Math.max(0, total[key] - reserve[key] - taken[key]);
    if (ve.wanted[key] === 0 || ve.wanted[key] <= free) continue;
    const details = {
      ve: ve.name,
      resource,
      wanted: text(ve.wanted[key]),
      free: text(free),
      total: text(total[key]),
    };
    if (!options.force) throw fault('overcommitted', details);
    remarks.push(`forced: ${resource} of ${details.wanted} is promised where ${details.free} was left`);
  }
  return remarks;
}

const kinds = [
  ['memoryBytes', 'memory', (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`],
  ['cpuPercent', 'CPU time', (percent: number) => `${percent}% of a core`],
] as const;

/** What VEs that run hold of a parameter, together. */
export type HeldByAll = (parameter: ParameterName) => number | null;

export interface CapacityFacts {
  readonly capacity: NodeCapacity;
  readonly processes: number;
  readonly disk: { readonly totalBytes: number; readonly usedBytes: number };
  /** Parameters of each VE that runs, and disk space of all there are. */
  readonly running: readonly ParameterValues[];
  readonly all: readonly ParameterValues[];
  readonly held: HeldByAll;
}

/** The node's resources, each with what is promised, limited and used of it. */
export function capacityRows({
  capacity,
  processes,
  disk,
  running,
  all,
  held,
}: CapacityFacts): CapacityRow[] {
  const { total, reserve } = capacity;
  const promised = sumOf(running.map(promisedTo));
  const limits = (parameter: ParameterName, of = running): number | null => {
    const sum = of.reduce((so, values) => so + amountNumber(limitOf(completeValues(values)[parameter])), 0);
    return Number.isFinite(sum) ? sum : null;
  };
  const row = (given: Omit<CapacityRow, 'promisable' | 'overcommit'>): CapacityRow => {
    const free = given.total - given.reserve;
    const overcommit = given.limits === null || free <= 0 ? null : Math.round((given.limits * 100) / free);
    return { ...given, promisable: Math.max(0, free - given.promised), overcommit };
  };
  const plain = { reserve: 0, promised: 0 };
  return [
    row({
      ...{ resource: 'memory', unit: 'bytes', total: total.memoryBytes, reserve: reserve.memoryBytes },
      ...{ promised: promised.memoryBytes, limits: limits('physpages'), used: held('physpages') },
    }),
    row({
      ...{ resource: 'swap', unit: 'bytes', total: capacity.swapBytes, ...plain },
      ...{ limits: limits('swappages'), used: held('swappages') },
    }),
    row({
      ...{ resource: 'CPU time', unit: 'percent', total: total.cpuPercent, reserve: reserve.cpuPercent },
      ...{ promised: promised.cpuPercent, limits: limits('cpulimit'), used: null },
    }),
    row({
      ...{ resource: 'processes', unit: 'count', total: processes, ...plain },
      ...{ limits: limits('numproc'), used: held('numproc') },
    }),
    row({
      ...{ resource: 'disk space', unit: 'bytes', total: disk.totalBytes, ...plain },
      ...{ limits: limits('diskspace', all), used: disk.usedBytes },
    }),
  ];
}
