import { fault } from '../errors/coded-error.ts';
import type { ParameterRow } from './table.ts';
import type { ParameterAmount } from './values.ts';

const byteSuffixes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  P: 4096,
};

/**
 * The amount that a person wrote: `512M`, `1.5G`, `4096P` (pages of 4 KiB), `150%`, `unlimited`.
 * @throws CodedError invalid_parameter naming the parameter, the value and the rule
 */
export function parseAmount(row: ParameterRow, text: string): ParameterAmount {
  const refuse = (problem: string) => fault('invalid_parameter', { parameter: row.name, problem });
  if (text === 'unlimited') return 'unlimited';
  const match = /^(\d{1,16}(?:\.\d{1,6})?)([A-Za-z%]?)$/.exec(text);
  if (!match) throw refuse(`"${text}" is not an amount such as ${exampleAmount(row)}`);
  const suffix = (match[2] ?? '').toUpperCase();
  const factor =
    row.unit === 'bytes'
      ? byteSuffixes[suffix]
      : suffix === '' || (row.unit === 'percent' && suffix === '%')
        ? 1
        : undefined;
  if (factor === undefined) throw refuse(`suffix "${match[2]}" does not fit a value in ${row.unit}`);
  const value = Math.round(Number(match[1]) * factor);
  if (value < row.minimum || value > row.maximum) {
    throw refuse(`${text} is outside ${formatAmount(row, row.minimum)} to ${formatAmount(row, row.maximum)}`);
  }
  return value;
}

/** The shortest exact text of an amount, the inverse of `parseAmount`. */
export function formatAmount(row: ParameterRow, amount: ParameterAmount): string {
  if (amount === 'unlimited') return 'unlimited';
  if (row.unit === 'percent') return `${amount}%`;
  if (row.unit !== 'bytes') return String(amount);
  for (const suffix of ['T', 'G', 'M', 'K']) {
    const factor = byteSuffixes[suffix] ?? 1;
    if (amount >= factor && amount % factor === 0) return `${amount / factor}${suffix}`;
  }
  return String(amount);
}

function exampleAmount(row: ParameterRow): string {
  return { bytes: '512M', count: '400', percent: '150%', weight: '1000' }[row.unit];
}
