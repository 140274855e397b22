import { fault } from '../errors/coded-error.ts';
import { listProblem } from './lists.ts';
import type { ParameterRow, ParameterUnit } from './row.ts';
import type { ParameterAmount, ParameterPair, ParameterValue } from './values.ts';

const sizes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  P: 4096,
};

/** Suffixes that a unit takes, in upper case, and what each multiplies by. */
const suffixes: Partial<Readonly<Record<ParameterUnit, Readonly<Record<string, number>>>>> = {
  bytes: sizes,
  'bytes/s': sizes,
  percent: { '': 1, '%': 1 },
  seconds: { '': 1, S: 1, M: 60, H: 3600, D: 86_400 },
};

const switchWords: ReadonlyMap<string, number> = new Map([
  ['on', 1],
  ['yes', 1],
  ['off', 0],
  ['no', 0],
]);

/**
 * What a person wrote for a parameter: `512M`, `1.5G`, `4096P` (pages of 4 KiB), `150%`, `unlimited`, `0-3,8`, and of those with a
 * barrier `400M:512M`. Virtuozzo's `0:512M` has no barrier.
 * @throws CodedError invalid_parameter naming the parameter, the value and the rule
 */
export function parseAmount(row: ParameterRow, text: string): ParameterValue {
  if (row.unit === 'list') return parseList(row, text);
  const [first = '', second, ...more] = text.split(':');
  if (more.length > 0) throw refusal(row, `"${text}" has more than a barrier and a limit`);
  if (second === undefined) return parseHalf(row, first);
  if (row.shape === 'pair') return parsePair(row, first, second);
  if (row.shape === 'guarantee' && second === 'unlimited') return parseHalf(row, first);
  if (row.shape === 'limit' && (first === '0' || first === second)) return parseHalf(row, second);
  throw refusal(row, `"${text}" has a barrier and a limit; it takes one value`);
}

function parsePair(row: ParameterRow, first: string, second: string): ParameterAmount | ParameterPair {
  const limit = parseHalf(row, second);
  const barrier = first === '0' ? limit : parseHalf(row, first);
  if (barrier === limit) return limit;
  return { barrier, limit };
}

function parseHalf(row: ParameterRow, text: string): ParameterAmount {
  if (text === 'unlimited' && row.unit !== 'switch') return 'unlimited';
  const switched = row.unit === 'switch' ? switchWords.get(text) : undefined;
  if (switched !== undefined) return switched;
  const match = /^(-?\d{1,16}(?:\.\d{1,6})?)([A-Za-z%]?)$/.exec(text);
  if (!match) throw refusal(row, `"${text}" is not an amount such as ${exampleAmount(row)}`);
  const factor = (suffixes[row.unit] ?? { '': 1 })[(match[2] ?? '').toUpperCase()];
  if (factor === undefined) throw refusal(row, `suffix "${match[2]}" does not fit a value in ${row.unit}`);
  const value = Math.round(Number(match[1]) * factor);
  if (value < row.minimum || value > row.maximum) {
    throw refusal(row, `${text} is outside ${rangeText(row)}`);
  }
  return Object.is(value, -0) ? 0 : value;
}

function parseList(row: ParameterRow, text: string): ParameterValue {
  const problem = listProblem(row, text);
  if (problem !== null) throw refusal(row, problem);
  return text;
}

/** The shortest exact text of a value, the inverse of `parseAmount`. */
export function formatAmount(row: ParameterRow, value: ParameterValue): string {
  if (typeof value === 'object') return `${formatHalf(row, value.barrier)}:${formatHalf(row, value.limit)}`;
  return typeof value === 'string' ? value : formatHalf(row, value);
}

/** Least and most of a parameter, as a message says it. */
export function rangeText(row: ParameterRow): string {
  return `${formatHalf(row, row.minimum)} to ${formatHalf(row, row.maximum)}`;
}

function formatHalf(row: ParameterRow, amount: ParameterAmount): string {
  if (amount === 'unlimited') return 'unlimited';
  if (row.unit === 'switch') return amount === 1 ? 'on' : 'off';
  if (row.unit === 'percent') return `${amount}%`;
  if (row.unit !== 'bytes' && row.unit !== 'bytes/s') return String(amount);
  for (const suffix of ['T', 'G', 'M', 'K']) {
    const factor = sizes[suffix] ?? 1;
    if (amount >= factor && amount % factor === 0) return `${amount / factor}${suffix}`;
  }
  return String(amount);
}

function refusal(row: ParameterRow, problem: string): Error {
  return fault('invalid_parameter', { parameter: row.name, problem });
}

const examples: Readonly<Record<ParameterUnit, string>> = {
  bytes: '512M',
  'bytes/s': '20M',
  count: '400',
  'requests/s': '500',
  percent: '150%',
  weight: '1000',
  score: '100',
  seconds: '3600',
  switch: 'on',
  list: '0-3',
};

function exampleAmount(row: ParameterRow): string {
  return row.unit === 'weight' ? String(row.default) : examples[row.unit];
}
