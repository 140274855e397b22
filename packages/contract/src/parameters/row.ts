/** One cgroup file that a parameter writes. `encode` names how the limit becomes text; see the `resources` package. */
export interface CgroupControl {
  readonly controller: 'cpu' | 'memory' | 'pids' | 'io' | 'blkio' | 'cpuset' | 'hugetlb';
  readonly file: string;
  readonly encode: CgroupEncoding;
  /** Which half of barrier:limit is written. Default: the limit. */
  readonly half?: 'barrier';
}

export type CgroupEncoding =
  | 'number-or-max'
  | 'number-or-minus-one'
  | 'number-or-zero'
  | 'cpu-weight'
  | 'cpu-shares'
  | 'cpu-max'
  | 'cfs-quota'
  | 'cpu-burst'
  | 'cpu-set'
  | 'node-set'
  | 'memory-high'
  | 'memory-and-swap'
  | 'soft-limit'
  | 'io-weight'
  | 'bfq-weight'
  | 'io-max'
  | 'bytes-of-devices'
  | 'requests-of-devices';

/** A kernel setting of the VE's own namespaces; `encode` names how an amount becomes its text. */
export interface InnerSetting {
  readonly name: string;
  readonly encode: 'number' | 'pages' | 'semaphore-sets';
  /** What "unlimited" is written as. */
  readonly most: string;
}

/** Where a number of a counter stands: a cgroup file, or one key of it. */
export interface CounterFile {
  readonly controller: CgroupControl['controller'];
  readonly file: string;
  readonly key?: string;
  /** Some events of v1 count where the process lives, not where its limit stands: in the group that the VE has for itself. */
  readonly inside?: true;
  /** Counts the same beside it, where the kernel has it. */
  readonly plus?: CounterFile;
}

/** What the kernel counts of a parameter by itself; in the unit of the row. */
export interface CgroupCounters {
  readonly held?: CounterFile;
  /** The most that was held at one time since the VE started. */
  readonly maxheld?: CounterFile;
  /** How often more was refused since the VE started. */
  readonly failcnt?: CounterFile;
}

/** Counts that no cgroup keeps: they are gathered from the VE's processes, its network namespace or its private area. */
export const gatheredCounts = [
  'openFiles',
  'terminals',
  'queuedSignals',
  'fileLocks',
  'lockedBytes',
  'tcpSockets',
  'otherSockets',
  'connections',
  'volumeBytes',
  'volumeInodes',
] as const;
export type GatheredCount = (typeof gatheredCounts)[number];

/**
 * What a host does not do for a parameter. `accounted`: a value is kept and compared with what is held, but holds nobody back.
 * `unavailable`: nothing but the default is accepted. `text` says why, or what it needs.
 */
export interface Lack {
  readonly state: 'accounted' | 'unavailable';
  readonly text: string;
}

export type ParameterUnit =
  | 'bytes'
  | 'bytes/s'
  | 'count'
  | 'requests/s'
  | 'percent'
  | 'weight'
  | 'score'
  | 'seconds'
  | 'switch'
  | 'list';

export type ParameterGroup =
  | 'CPU'
  | 'memory'
  | 'processes'
  | 'shared objects'
  | 'disk'
  | 'network'
  | 'operations';

export interface ParameterRow {
  readonly name: string;
  /** The same resource under Virtuozzo's name or an everyday one, where that differs. */
  readonly aliases?: readonly string[];
  readonly group: ParameterGroup;
  readonly unit: ParameterUnit;
  /**
   * `pair` takes barrier:limit, where one value is both · `limit` one value · `guarantee` what the VE has in any case ·
   * `setting` neither allows nor forbids
   */
  readonly shape: 'limit' | 'pair' | 'guarantee' | 'setting';
  /** Of a list: null, all that the host has. */
  readonly default: number | 'unlimited' | 'all';
  readonly minimum: number;
  readonly maximum: number;
  readonly text: string;
  /** Whether a change reaches a running VE. */
  readonly live: boolean;
  readonly v2: readonly CgroupControl[];
  readonly v1: readonly CgroupControl[];
  /** Limit of each process, hard and inherited; one of getrlimit(2). */
  readonly processLimit?: 'RLIMIT_NOFILE' | 'RLIMIT_MEMLOCK' | 'RLIMIT_SIGPENDING';
  /** Settings of its ipc and user namespaces. */
  readonly settings?: readonly InnerSetting[];
  /** What else holds it. */
  readonly means?: 'terminals' | 'oom-score' | 'time-limit';
  /** What of the private area it limits; see the layouts in the `vzfs` package. */
  readonly volume?: 'bytes' | 'inodes';
  readonly counters?: { readonly v2?: CgroupCounters; readonly v1?: CgroupCounters };
  readonly gathered?: GatheredCount;
  /** By cgroup version; hybrid hosts have their controllers on v1. */
  readonly lacks?: { readonly v2?: Lack; readonly v1?: Lack };
}
