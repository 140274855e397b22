import type { NodeValues, VeValues } from '@insula/contract';
import type { NodeStatistics, Pressure } from '@insula/host';
import { growth, type IoCounter, ioGrowth, share } from './rates.ts';
import type { NodeReading } from './reading.ts';

const microseconds = 1_000_000;

/** Metrics of the node from two looks at it, and from those of its running VEs. */
export function nodeValues(
  before: NodeReading | null,
  now: NodeReading,
  ves: readonly VeValues[],
): NodeValues {
  const { statistics, pool } = now;
  const { memory, processors } = statistics;
  const earlier = before?.statistics ?? null;
  const seconds = before === null ? 0 : (now.elapsed - before.elapsed) / 1000;
  const rate = (grown: (from: NodeStatistics) => number) =>
    earlier === null || seconds <= 0 ? null : grown(earlier) / seconds;
  const io = (counter: IoCounter) => rate((from) => ioGrowth(from.disks, statistics.disks, counter));
  const stalled = (of: 'cpu' | 'memory' | 'io', who: keyof Pressure) => {
    const [from, to] = [earlier?.pressure ?? null, statistics.pressure];
    return from === null || to === null
      ? null
      : rate(() => growth(from[of][who], to[of][who]) / microseconds);
  };
  const cores = (part: keyof NodeStatistics['cpu']) =>
    rate((from) => growth(from.cpu[part], statistics.cpu[part]) / microseconds);
  const cpu = sum([cores('user'), cores('system')]);
  const used = memory.total - memory.available;
  const poolUsed = pool.total - pool.available;
  return {
    cpu,
    cpuShare: share(cpu, processors),
    waitShare: share(cores('wait'), processors),
    load: statistics.load[0],
    memory: used,
    memoryShare: share(used, memory.total),
    cache: memory.cache,
    swap: memory.swapTotal - memory.swapFree,
    processes: statistics.processes,
    readBytes: io('readBytes'),
    writeBytes: io('writeBytes'),
    reads: io('reads'),
    writes: io('writes'),
    pool: poolUsed,
    poolShare: share(poolUsed, pool.total),
    cpuPressure: stalled('cpu', 'some'),
    memoryPressure: stalled('memory', 'some'),
    ioPressure: stalled('io', 'some'),
    memoryStall: stalled('memory', 'full'),
    ioStall: stalled('io', 'full'),
    runningVes: ves.length,
    inBytes: sum(ves.map((values) => values.inBytes)),
    outBytes: sum(ves.map((values) => values.outBytes)),
  };
}

/** The sum of what is known, null if nothing is. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
