import { language, text } from '../text/index.ts';

const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
const number = new Intl.NumberFormat(language);
const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });

const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export const formatDateTime = (at: string): string => dateTime.format(new Date(at));
export const formatClock = (at: string | number): string => clock.format(new Date(at));
export const formatNumber = (value: number): string => number.format(value);
export const formatDecimal = (value: number): string => decimal.format(value);
export const formatShare = (ratio: number): string => share.format(ratio);

/** Bytes in the largest unit that leaves at least 1, with three digits at most. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < sizes.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${sizes[unit]}`;
}

/** A value of a metric or parameter in its unit. */
export function formatAmountIn(unit: string, value: number): string {
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'bytes/s':
      return `${formatBytes(value)}/s`;
    case 'ratio':
      return share.format(value);
    case 'percent':
      return `${decimal.format(value)} %`;
    case 'cores':
      return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
    default:
      return decimal.format(value);
  }
}

const spans: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** How long ago something was: "3 hr. ago". */
export function formatAge(at: string, now: number = Date.now()): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const [unit, size] = spans.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  return relative.format(Math.trunc(seconds / size), unit);
}

/** How long something takes or took: "2 d 3 h", "4.2 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${decimal.format(seconds)} s`;
  const parts = [
    [Math.floor(seconds / 86_400), text.units.day],
    [Math.floor((seconds % 86_400) / 3600), text.units.hour],
    [Math.floor((seconds % 3600) / 60), text.units.minute],
    [Math.floor(seconds % 60), text.units.second],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
