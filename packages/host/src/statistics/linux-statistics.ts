import { setImmediate as breathe } from 'node:timers/promises';
import { makeGroup, writeCgroupFile } from '../cgroups/cgroup-files.ts';
import type { Cgroups, Watch } from '../cgroups/cgroups.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { GroupReader, readIfThere, readPressure } from './group-reader.ts';
import { KernelLog } from './kernel-log.ts';
import {
  parseDiskstats,
  parseLoadavg,
  parseMeminfo,
  parseNetDev,
  parseOomVictim,
  parseProcStat,
} from './parse-node.ts';
import { RefusalWatches } from './refusal-watches.ts';
import type {
  GroupLimits,
  GroupPaths,
  GroupStatistics,
  LinkStatistics,
  NodeStatistics,
  OomVictim,
  Statistics,
} from './statistics.ts';

/** Groups read before others get their turn in the event loop: some three milliseconds. */
const groupsAtOnce = 25;

/**
 * Bytes a second that no disk reaches. Since Linux 6.10 v1 counts I/O on those disks only for which some group has a rule
 * (blk_throtl_activated in block/blk-throttle.h).
 */
const unreachable = 2 ** 60;

/** Statistics from the files of procfs and of the control groups. */
export class LinuxStatistics implements Statistics {
  readonly #cgroups: Pick<Cgroups, 'describe'>;
  #reader: Promise<GroupReader> | undefined;
  #watches: Promise<RefusalWatches> | undefined;
  #log: KernelLog | undefined;

  constructor(ports: { readonly cgroups: Pick<Cgroups, 'describe'> }) {
    this.#cgroups = ports.cgroups;
  }

  async countIo(path: string): Promise<void> {
    const { blkio } = (await this.#cgroups.describe()).legacyRoots;
    if (blkio === undefined) return;
    await makeGroup(`${blkio}/${path}`);
    for (const { device } of parseDiskstats(readIfThere('/proc/diskstats') ?? ''))
      await writeCgroupFile(
        `${blkio}/${path}/blkio.throttle.read_bps_device`,
        `${device} ${unreachable}`,
      ).catch((error: unknown) => {
        // a disk without a scheduler of its own, or one that has just gone
        if (!hasErrorCode(error, 'ENODEV', 'EINVAL', 'EOPNOTSUPP', 'ENOENT')) throw error;
      });
  }

  async groups(
    paths: readonly GroupPaths[],
    known: readonly (GroupStatistics | null)[] = [],
  ): Promise<readonly (GroupStatistics | null)[]> {
    const reader = await this.#groupReader();
    const found: (GroupStatistics | null)[] = [];
    for (const [index, path] of paths.entries()) {
      if (index % groupsAtOnce === groupsAtOnce - 1) await breathe();
      found.push(reader.read(path, known[index] ?? null));
    }
    return found;
  }

  async limits(outer: string): Promise<GroupLimits> {
    return (await this.#groupReader()).limits(outer);
  }

  async links(): Promise<ReadonlyMap<string, LinkStatistics>> {
    return parseNetDev(readIfThere('/proc/net/dev') ?? '');
  }

  async node(): Promise<NodeStatistics> {
    const text = (path: string): string => readIfThere(path) ?? '';
    return {
      ...parseProcStat(text('/proc/stat')),
      ...parseLoadavg(text('/proc/loadavg')),
      memory: parseMeminfo(text('/proc/meminfo')),
      pressure: readPressure('/proc/pressure', ''),
      disks: parseDiskstats(text('/proc/diskstats')),
    };
  }

  async watchRefusals(paths: GroupPaths, listener: () => void): Promise<Watch> {
    // from now on: who was killed before has nothing to do with what is watched
    this.#log ??= this.#openLog();
    this.#watches ??= this.#cgroups.describe().then((hierarchies) => new RefusalWatches(hierarchies));
    return (await this.#watches).watch(paths, listener);
  }

  async oomVictims(): Promise<readonly OomVictim[]> {
    this.#log ??= this.#openLog();
    return this.#log.read().flatMap((record) => parseOomVictim(record) ?? []);
  }

  /** The log begins at its oldest record: what is in it already is history. */
  #openLog(): KernelLog {
    const log = new KernelLog();
    log.read();
    return log;
  }

  async #groupReader(): Promise<GroupReader> {
    this.#reader ??= this.#cgroups.describe().then((hierarchies) => new GroupReader(hierarchies));
    return await this.#reader;
  }
}
