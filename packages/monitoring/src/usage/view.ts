import type { VeUsage } from '@insula/contract';
import type { MonthlyUsage } from './accountant.ts';

const secondsPerHour = 3600;

/** A month of a VE as the API shows it. */
export function usageView({ month, owner, amounts }: MonthlyUsage): VeUsage {
  const traffic = Object.entries(amounts.traffic)
    .map(([name, counters]) => ({ class: Number(name), ...counters }))
    .sort((a, b) => a.class - b.class);
  const sum = (key: 'inBytes' | 'outBytes') => traffic.reduce((total, row) => total + row[key], 0);
  return {
    month,
    ...owner,
    runningSeconds: Math.round(amounts.running),
    cpuSeconds: amounts.cpu / 1_000_000,
    memoryByteHours: Math.round(amounts.memory / secondsPerHour),
    diskByteHours: Math.round(amounts.disk / secondsPerHour),
    readBytes: amounts.readBytes,
    writeBytes: amounts.writeBytes,
    reads: amounts.reads,
    writes: amounts.writes,
    inBytes: sum('inBytes'),
    outBytes: sum('outBytes'),
    traffic,
  };
}

const amountColumns = [
  'month',
  'uuid',
  'ctid',
  'name',
  'runningSeconds',
  'cpuSeconds',
  'memoryByteHours',
  'diskByteHours',
  'readBytes',
  'writeBytes',
  'reads',
  'writes',
  'inBytes',
  'outBytes',
] as const satisfies readonly (keyof VeUsage)[];

const trafficColumns = ['inBytes', 'inPackets', 'outBytes', 'outPackets'] as const;

/** Usage as CSV (RFC 4180): a line each, with columns for every network class that anybody used. */
export function usageCsv(rows: readonly VeUsage[]): string {
  const classes = [...new Set(rows.flatMap(({ traffic }) => traffic.map((row) => row.class)))].sort(
    (a, b) => a - b,
  );
  const header = [
    ...amountColumns,
    ...classes.flatMap((number) => trafficColumns.map((column) => `class${number}.${column}`)),
  ];
  const lines = rows.map((row) => [
    ...amountColumns.map((column) => row[column]),
    ...classes.flatMap((number) => {
      const found = row.traffic.find((one) => one.class === number);
      return trafficColumns.map((column) => found?.[column] ?? 0);
    }),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
