/** Counters of one network class. */
export interface ClassTraffic {
  readonly inBytes: number;
  readonly inPackets: number;
  readonly outBytes: number;
  readonly outPackets: number;
}

/** What was used during some time. Sums, so that two of them can be added. */
export interface UsageAmounts {
  /** Seconds for which it ran. */
  readonly running: number;
  /** CPU time in microseconds. */
  readonly cpu: number;
  /** Bytes of memory times seconds. */
  readonly memory: number;
  /** Bytes of disk space times seconds. */
  readonly disk: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly reads: number;
  readonly writes: number;
  /** By network class. */
  readonly traffic: Readonly<Record<string, ClassTraffic>>;
}

export const nothingUsed: UsageAmounts = {
  running: 0,
  cpu: 0,
  memory: 0,
  disk: 0,
  readBytes: 0,
  writeBytes: 0,
  reads: 0,
  writes: 0,
  traffic: {},
};

const noTraffic: ClassTraffic = { inBytes: 0, inPackets: 0, outBytes: 0, outPackets: 0 };

export function sumOf(a: UsageAmounts, b: Partial<UsageAmounts>): UsageAmounts {
  const add = (key: Exclude<keyof UsageAmounts, 'traffic'>) => a[key] + (b[key] ?? 0);
  return {
    running: add('running'),
    cpu: add('cpu'),
    memory: add('memory'),
    disk: add('disk'),
    readBytes: add('readBytes'),
    writeBytes: add('writeBytes'),
    reads: add('reads'),
    writes: add('writes'),
    traffic: b.traffic === undefined ? a.traffic : sumOfTraffic(a.traffic, b.traffic),
  };
}

function sumOfTraffic(a: UsageAmounts['traffic'], b: UsageAmounts['traffic']): UsageAmounts['traffic'] {
  const classes = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...classes].map((name) => [name, eachCounter((key) => (a[name]?.[key] ?? 0) + (b[name]?.[key] ?? 0))]),
  );
}

/** A row of traffic from what each of its counters is to be. */
export function eachCounter(value: (key: keyof ClassTraffic) => number): ClassTraffic {
  const { inBytes, inPackets, outBytes, outPackets } = Object.fromEntries(
    (Object.keys(noTraffic) as (keyof ClassTraffic)[]).map((key) => [key, value(key)]),
  ) as unknown as ClassTraffic;
  return { inBytes, inPackets, outBytes, outPackets };
}
