import type {
  ParameterAmount,
  ParameterName,
  ParameterRow,
  ParameterValues,
  SamplePart,
} from '@insula/contract';
import type { NodeCapacity } from '../capacity.ts';
import { barrierOf, limitOf } from '../parameter-halves.ts';
import { parameterRows } from '../parameter-values.ts';

/** What a factor applies to: amounts, never masks, switches or priorities. */
const scaled: Readonly<Record<Exclude<SamplePart, 'all'>, (row: ParameterRow) => boolean>> = {
  cpu: ({ group, unit }) => group === 'CPU' && unit !== 'list',
  memory: ({ group, unit }) => group === 'memory' && unit === 'bytes',
  processes: ({ group }) => group === 'processes' || group === 'shared objects',
  disk: ({ group, unit }) => group === 'disk' && unit !== 'weight' && unit !== 'seconds',
  network: ({ group }) => group === 'network',
};

/** Parameters with those of some parts multiplied, each within its range. */
export function scaleParameters(
  values: ParameterValues,
  factor: number,
  parts: readonly SamplePart[],
): ParameterValues {
  const isScaled = (row: ParameterRow) =>
    Object.entries(scaled).some(
      ([part, has]) => (parts.includes('all') || parts.includes(part as SamplePart)) && has(row),
    );
  const entries = parameterRows.flatMap((row) => {
    const name = row.name as ParameterName;
    const value = values[name];
    if (value === undefined) return [];
    if (!isScaled(row) || row.unit === 'list') return [[name, value] as const];
    const half = (amount: ParameterAmount): ParameterAmount =>
      amount === 'unlimited'
        ? amount
        : Math.min(Math.max(Math.round(amount * factor), row.minimum), row.maximum);
    if (typeof value !== 'object') return [[name, half(limitOf(value))] as const];
    return [[name, { barrier: half(barrierOf(value)), limit: half(limitOf(value)) }] as const];
  });
  return Object.fromEntries(entries) as ParameterValues;
}

export interface SplitFacts {
  readonly capacity: NodeCapacity;
  /** Processes that the kernel can number, and bytes that the pool has free. */
  readonly processes: number;
  readonly freeBytes: number;
}

/** One of `count` equal parts of what the node can promise: as many such VEs fit, and none takes from another. */
export function splitNode({ capacity, processes, freeBytes }: SplitFacts, count: number): ParameterValues {
  const { total, reserve, swapBytes } = capacity;
  const mebi = 2 ** 20;
  const inMebi = (bytes: number) => Math.floor(bytes / count / mebi) * mebi;
  const memory = inMebi(total.memoryBytes - reserve.memoryBytes);
  const cpu = Math.floor((total.cpuPercent - reserve.cpuPercent) / count);
  return within({
    physpages: memory,
    vmguarpages: memory,
    swappages: inMebi(swapBytes),
    cpuunits: 1000,
    cpulimit: Math.max(cpu, 1),
    cpuguarantee: cpu,
    numproc: Math.floor(processes / 2 / count),
    diskspace: inMebi(freeBytes),
  });
}

/** Values moved into the ranges of their rows. */
function within(values: ParameterValues): ParameterValues {
  return scaleParameters(values, 1, ['all']);
}
