import { type Column, findParameter, formatAmount, type ParameterValue } from '@insula/contract';
import { singleLine } from './sanitize.ts';

/** The value at a dotted path, undefined when there is none. */
export function valueAt(row: unknown, path: string): unknown {
  let value = row;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** A cell as people read it: sizes and times by the name of the field, lists with commas, `-` for nothing. */
export function cellOf(row: unknown, { path }: Pick<Column, 'path'>): string {
  const value = valueAt(row, path);
  return counterText(row, path, value) ?? textOf(value, path);
}

/** A number of a parameter, where the row says which: in its unit, and sizes with three digits. */
function counterText(row: unknown, path: string, value: unknown): string | undefined {
  const inUnit = typeof value === 'number' && path !== 'failcnt' && path !== 'overcommit';
  if (inUnit && valueAt(row, 'unit') === 'bytes') return byteText(value);
  const name = ['held', 'maxheld', 'barrier', 'limit'].includes(path) ? valueAt(row, 'parameter') : undefined;
  const parameter = typeof name === 'string' ? findParameter(name) : undefined;
  if (parameter === undefined || value === null) return undefined;
  const isSize = typeof value === 'number' && (parameter.unit === 'bytes' || parameter.unit === 'bytes/s');
  return isSize ? byteText(value) : formatAmount(parameter, value as ParameterValue);
}

/** A value as text. Fields called `...bytes` are sizes and `...At` times, wherever they stand. */
export function textOf(value: unknown, path: string): string {
  if (value === undefined || value === null || value === '') return '-';
  const name = path.slice(path.lastIndexOf('.') + 1);
  const parameter = path.endsWith(`parameters.${name}`) ? findParameter(name) : undefined;
  if (parameter) return formatAmount(parameter, value as ParameterValue);
  if (typeof value === 'number') return /bytes$/i.test(name) ? byteText(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return /[a-z]At$|^at$/.test(name) ? timeText(value) : singleLine(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '-';
    return value
      .map((item) => (typeof item === 'object' ? JSON.stringify(item) : textOf(item, '')))
      .join(',');
  }
  return singleLine(JSON.stringify(value));
}

const byteUnits = ['B', 'K', 'M', 'G', 'T', 'P'];

/** A size with three digits or so, in powers of 1024. */
export function byteText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || Math.abs(value) >= 100 ? Math.round(value) : value.toFixed(1)}${byteUnits[unit] ?? ''}`;
}

/** An ISO time in the time zone of the reader: `2026-11-21 14:05:09`. */
export function timeText(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return singleLine(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
