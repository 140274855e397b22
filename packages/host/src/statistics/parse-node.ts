import type { DeviceIo, LinkStatistics, NodeStatistics, OomVictim } from './statistics.ts';

/** USER_HZ, what /proc/stat counts in: 100 on x86_64 and arm64 whatever the kernel's own HZ. */
const microsecondsPerTick = 10_000;
const bytesPerSector = 512;
const bytesPerKibibyte = 1024;

/** /proc/stat (proc_stat(5)). User time has that of nice processes in it; guests run within user time. */
export const parseProcStat = (text: string): Pick<NodeStatistics, 'cpu' | 'processors'> => {
  const [first = '', ...rest] = text.split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0] = first
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) * microsecondsPerTick);
  return {
    processors: rest.filter((line) => /^cpu\d/.test(line)).length,
    cpu: { user: user + nice, system: system + irq + softirq, idle, wait },
  };
};

/** /proc/meminfo (proc_meminfo(5)). */
export const parseMeminfo = (text: string): NodeStatistics['memory'] => {
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * bytesPerKibibyte;
  return {
    total: bytes('MemTotal'),
    available: bytes('MemAvailable'),
    cache: bytes('Cached') + bytes('Buffers'),
    swapTotal: bytes('SwapTotal'),
    swapFree: bytes('SwapFree'),
  };
};

/** /proc/loadavg: three averages, then running/all tasks. */
export const parseLoadavg = (text: string): Pick<NodeStatistics, 'load' | 'processes'> => {
  const [one = 0, five = 0, fifteen = 0] = text.split(' ').slice(0, 3).map(Number);
  return { load: [one, five, fifteen], processes: Number(/\d+\/(\d+)/.exec(text)?.[1] ?? 0) };
};

/** Devices that lie upon others, whose I/O would count twice, and those of no disk. */
const stacked = /^(?:loop|ram|zram|dm-|md|sr|fd|nbd)\d/;
const partition = /^(?:[shv]d[a-z]+\d+|(?:nvme\d+n\d+|mmcblk\d+)p\d+|xvd[a-z]+\d+)$/;

/** /proc/diskstats (Documentation/admin-guide/iostats.rst). */
export const parseDiskstats = (text: string): readonly DeviceIo[] =>
  text.split('\n').flatMap((line) => {
    const [major, minor, name = '', reads, , readSectors, , writes, , writeSectors] = line
      .trim()
      .split(/\s+/);
    if (writeSectors === undefined || stacked.test(name) || partition.test(name)) return [];
    return [
      {
        device: `${major}:${minor}`,
        readBytes: Number(readSectors) * bytesPerSector,
        writeBytes: Number(writeSectors) * bytesPerSector,
        reads: Number(reads),
        writes: Number(writes),
      },
    ];
  });

/** /proc/net/dev: a heading of two lines, then a device each: eight columns received, eight sent. */
export const parseNetDev = (text: string): ReadonlyMap<string, LinkStatistics> => {
  const links = new Map<string, LinkStatistics>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    links.set(line.slice(0, colon).trim(), {
      receivedBytes: Number(columns[0]),
      receivedPackets: Number(columns[1]),
      sentBytes: Number(columns[8]),
      sentPackets: Number(columns[9]),
    });
  }
  return links;
};

/**
 * A record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg) about a kill for memory: dump_oom_summary in mm/oom_kill.c prints
 * `oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/GROUP,task_memcg=/GROUP,task=COMMAND,pid=1,uid=0`. The command may hold
 * anything, so that it is what stands between  the first `,task=` and the last `,pid=`.
 */
export const parseOomVictim = (record: string): OomVictim | null => {
  const parts = /;oom-kill:.*?,oom_memcg=\/([^,\n]*),task_memcg=[^,\n]*,task=(.*),pid=(\d+),uid=-?\d+/.exec(
    record,
  );
  if (parts === null) return null;
  const [, group = '', command = '', pid] = parts;
  return { group, command, pid: Number(pid) };
};
