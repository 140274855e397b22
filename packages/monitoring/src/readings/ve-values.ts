import type { VeValues } from '@insula/contract';
import type { GroupStatistics, LinkStatistics, Pressure } from '@insula/host';
import { growth, type IoCounter, ioGrowth, share } from './rates.ts';
import type { VeReading } from './reading.ts';

const microseconds = 1_000_000;

/** Metrics of a VE from two looks at it. Rates are null at the first look, and at the first after it was started anew. */
export function veValues(before: VeReading | null, now: VeReading): VeValues {
  const isSame = before !== null && before.group.generation === now.group.generation;
  const earlier = isSame ? before : null;
  const seconds = earlier === null ? 0 : (now.elapsed - earlier.elapsed) / 1000;
  /** Growth a second of something that both looks have. */
  const rate = <Part>(from: Part | null | undefined, to: Part | null, grown: (a: Part, b: Part) => number) =>
    from === null || from === undefined || to === null || seconds <= 0 ? null : grown(from, to) / seconds;

  const { group, limits, disk } = now;
  const cpu = rate(earlier?.group.cpu, group.cpu, (a, b) => growth(a.usage, b.usage) / microseconds);
  const io = (counter: IoCounter) => rate(earlier?.group.io, group.io, (a, b) => ioGrowth(a, b, counter));
  const link = (counter: keyof LinkStatistics) =>
    rate(earlier?.link, now.link, (a, b) => growth(a[counter], b[counter]));
  const stalled = (of: 'cpu' | 'memory' | 'io', who: keyof Pressure) =>
    rate(earlier?.group.pressure, group.pressure, (a, b) => growth(a[of][who], b[of][who]) / microseconds);
  const memory = group.memory?.current ?? null;
  const processes = group.processes?.current ?? null;

  return {
    cpu,
    throttled: throttledShare(earlier?.group.cpu ?? null, group.cpu),
    memory,
    anonymous: group.memory?.anonymous ?? null,
    cache: group.memory?.cache ?? null,
    swap: group.memory?.swap ?? null,
    processes,
    readBytes: io('readBytes'),
    writeBytes: io('writeBytes'),
    reads: io('reads'),
    writes: io('writes'),
    // what the node's side of the link sends is what the VE receives
    inBytes: link('sentBytes'),
    outBytes: link('receivedBytes'),
    inPackets: link('sentPackets'),
    outPackets: link('receivedPackets'),
    disk: disk.bytes,
    inodes: disk.inodes,
    cpuPressure: stalled('cpu', 'some'),
    memoryPressure: stalled('memory', 'some'),
    ioPressure: stalled('io', 'some'),
    memoryStall: stalled('memory', 'full'),
    ioStall: stalled('io', 'full'),
    cpuShare: share(cpu, limits.cpu),
    // page cache is given back when it is needed
    memoryShare: share(
      group.memory === null ? null : group.memory.current - group.memory.cache,
      limits.memory,
    ),
    processesShare: share(processes, limits.processes),
    diskShare: share(disk.bytes, disk.limitBytes),
    oomKills: rate(earlier?.group.memory, group.memory, (a, b) => growth(a.oomKills, b.oomKills)),
    refusedProcesses: rate(earlier?.group.processes, group.processes, (a, b) => growth(a.refused, b.refused)),
  };
}

/** Of the periods in which it wanted to run since the look before. A VE without a limit has no periods, and is not throttled. */
function throttledShare(before: GroupStatistics['cpu'], now: GroupStatistics['cpu']): number | null {
  if (before === null || now === null) return null;
  const periods = growth(before.periods, now.periods);
  return periods === 0 ? 0 : growth(before.throttledPeriods, now.throttledPeriods) / periods;
}
