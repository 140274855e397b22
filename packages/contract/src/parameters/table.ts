/** One cgroup file that a parameter writes. `encode` names how the limit becomes text; see the `resources` package. */
export interface CgroupControl {
  readonly controller: 'cpu' | 'memory' | 'pids' | 'io' | 'blkio' | 'cpuset';
  readonly file: string;
  readonly encode: CgroupEncoding;
}

export type CgroupEncoding =
  | 'number-or-max'
  | 'number-or-minus-one'
  | 'cpu-weight'
  | 'cpu-shares'
  | 'cpu-max'
  | 'cfs-quota';

export interface ParameterRow {
  readonly name: string;
  /** The same resource under Virtuozzo's name, where that differs. */
  readonly vzName?: string;
  readonly unit: 'bytes' | 'count' | 'percent' | 'weight';
  /** `pair` takes barrier:limit, `limit` one value. */
  readonly shape: 'limit' | 'pair';
  readonly default: number | 'unlimited';
  readonly minimum: number;
  readonly maximum: number;
  readonly text: string;
  readonly live: boolean;
  readonly v2: readonly CgroupControl[];
  readonly v1: readonly CgroupControl[];
  /** What of the private area it limits; see the layouts in the `vzfs` package. */
  readonly volume?: 'bytes' | 'inodes';
}

/**
 * The controlled resources. Everything about a parameter stands in its row: CLI options, schema, help, manual and the cgroup files
 * all derive from it. Cgroup semantics: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of the kernel.
 */
export const parameterTable = [
  {
    name: 'cpuunits',
    unit: 'weight',
    shape: 'limit',
    default: 1000,
    minimum: 8,
    maximum: 500_000,
    text: 'Share of CPU time against other VEs when all want it',
    live: true,
    v2: [{ controller: 'cpu', file: 'cpu.weight', encode: 'cpu-weight' }],
    v1: [{ controller: 'cpu', file: 'cpu.shares', encode: 'cpu-shares' }],
  },
  {
    name: 'cpulimit',
    unit: 'percent',
    shape: 'limit',
    default: 'unlimited',
    minimum: 1,
    maximum: 102_400,
    text: 'Hard cap of CPU time, in percent of one core',
    live: true,
    v2: [{ controller: 'cpu', file: 'cpu.max', encode: 'cpu-max' }],
    v1: [{ controller: 'cpu', file: 'cpu.cfs_quota_us', encode: 'cfs-quota' }],
  },
  {
    name: 'physpages',
    vzName: 'ram',
    unit: 'bytes',
    shape: 'limit',
    default: 'unlimited',
    minimum: 16_777_216,
    maximum: Number.MAX_SAFE_INTEGER,
    text: 'Memory that the VE may use, page cache and kernel memory included',
    live: true,
    v2: [{ controller: 'memory', file: 'memory.max', encode: 'number-or-max' }],
    v1: [{ controller: 'memory', file: 'memory.limit_in_bytes', encode: 'number-or-minus-one' }],
  },
  {
    name: 'numproc',
    unit: 'count',
    shape: 'limit',
    default: 'unlimited',
    minimum: 16,
    maximum: 4_194_304,
    text: 'Processes and threads',
    live: true,
    v2: [{ controller: 'pids', file: 'pids.max', encode: 'number-or-max' }],
    v1: [{ controller: 'pids', file: 'pids.max', encode: 'number-or-max' }],
  },
  {
    name: 'diskspace',
    unit: 'bytes',
    shape: 'limit',
    default: 'unlimited',
    minimum: 16_777_216,
    maximum: 2 ** 50,
    text: 'Space for what the VE changes and adds; files of the template are free. Layouts subvolume and image',
    live: true,
    v2: [],
    v1: [],
    volume: 'bytes',
  },
  {
    name: 'diskinodes',
    unit: 'count',
    shape: 'limit',
    default: 'unlimited',
    minimum: 1024,
    maximum: 4_294_967_295,
    text: 'Files and folders that the VE changes and adds. Layout image, at its creation',
    live: false,
    v2: [],
    v1: [],
    volume: 'inodes',
  },
] as const satisfies readonly ParameterRow[];

export type ParameterName = (typeof parameterTable)[number]['name'];

/** The row of a parameter by either of its names. */
export function findParameter(name: string): ParameterRow | undefined {
  return (parameterTable as readonly ParameterRow[]).find((row) => row.name === name || row.vzName === name);
}
