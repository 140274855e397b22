import type { Watch } from '../cgroups/cgroups.ts';

/** Where the statistics of one VE are: paths of control groups as `Cgroups` takes them. */
export interface GroupPaths {
  /** The group that has the limits. */
  readonly outer: string;
  /** The group below it that has the processes: cgroup v1 counts kills, refusals and I/O where they happen. */
  readonly payload: string;
}

/** Time that tasks waited for a resource since the group was made: `some` of them, or all of them at once. Microseconds. */
export interface Pressure {
  readonly some: number;
  readonly full: number;
}

export interface PressureStatistics {
  readonly cpu: Pressure;
  readonly memory: Pressure;
  readonly io: Pressure;
}

export interface DeviceIo {
  /** MAJOR:MINOR. Counters of a device begin anew when it is taken away. */
  readonly device: string;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly reads: number;
  readonly writes: number;
}

/** What the kernel has counted in a control group and all below it since it was made; null where this host does not count. */
export interface GroupStatistics {
  /** Differs for each group that ever had this path since the machine was booted. */
  readonly generation: string;
  /** CPU time, all processors together. Microseconds. */
  readonly cpu: {
    readonly usage: number;
    readonly user: number;
    readonly system: number;
    /** Periods of the bandwidth limit in which the group wanted to run, and those in which it was stopped. */
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttled: number;
  } | null;
  /** Bytes. */
  readonly memory: {
    readonly current: number;
    readonly peak: number | null;
    readonly anonymous: number;
    /** Pages of files on disks, which can be given up. */
    readonly cache: number;
    readonly swap: number;
    readonly oomKills: number;
  } | null;
  readonly processes: {
    readonly current: number;
    /** Processes and threads that were not made because of the limit. */
    readonly refused: number;
  } | null;
  readonly io: readonly DeviceIo[] | null;
  readonly pressure: PressureStatistics | null;
}

/** What a group may have now, as the kernel holds it; null: no limit. */
export interface GroupLimits {
  /** Processors' worth of CPU time. */
  readonly cpu: number | null;
  /** Bytes. */
  readonly memory: number | null;
  readonly processes: number | null;
}

/** Counters of a network device, from the node's side of it. */
export interface LinkStatistics {
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
}

export interface NodeStatistics {
  readonly processors: number;
  /** CPU time of all processors since boot. Microseconds. */
  readonly cpu: {
    readonly user: number;
    readonly system: number;
    readonly idle: number;
    readonly wait: number;
  };
  /** Bytes. */
  readonly memory: {
    readonly total: number;
    readonly available: number;
    readonly cache: number;
    readonly swapTotal: number;
    readonly swapFree: number;
  };
  /** Averages over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number];
  readonly processes: number;
  readonly pressure: PressureStatistics | null;
  /** Whole disks: neither partitions nor what lies upon other devices. */
  readonly disks: readonly DeviceIo[];
}

/** A process that the kernel killed because its control group had no memory left. */
export interface OomVictim {
  /** Path of the group whose limit was hit. */
  readonly group: string;
  /** As the process called itself, 15 bytes at most: hostile text. */
  readonly command: string;
  readonly pid: number;
}

/** What the kernel counts. Reading starts no program. */
export interface Statistics {
  /** Sees to it that I/O of groups at and below a path is counted, where the kernel does not do so by itself. Repeating it is fine. */
  countIo(path: string): Promise<void>;
  /**
   * The statistics of many groups in one pass, in their order; null for a group that is not there. `known` has what was found of
   * them earlier: of a group that has used no CPU time since, what cannot have grown without is not read again, and amounts of
   * memory, which others may reclaim, are those of then.
   */
  groups(
    paths: readonly GroupPaths[],
    known?: readonly (GroupStatistics | null)[],
  ): Promise<readonly (GroupStatistics | null)[]>;
  limits(outer: string): Promise<GroupLimits>;
  /** Counters of all network devices of this network namespace by name. */
  links(): Promise<ReadonlyMap<string, LinkStatistics>>;
  node(): Promise<NodeStatistics>;
  /** Calls the listener when the kernel tells that a process was killed for memory, or refused, in a group. */
  watchRefusals(paths: GroupPaths, listener: () => void): Promise<Watch>;
  /** Who was killed for memory since this was last asked, as far as the kernel's log still has it. */
  oomVictims(): Promise<readonly OomVictim[]>;
}
