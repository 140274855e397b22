import type { Column } from '@insula/contract';
import { UsageError } from '../errors/usage-error.ts';
import { textOf, valueAt } from './cells.ts';
import { findColumn } from './table.ts';

type Operator = '=' | '!=' | '~';

interface Filter {
  readonly column: Column;
  readonly operator: Operator;
  readonly value: string;
}

/**
 * The rows that pass all filters: `key=value`, `key!=value`, `key~part` (letter case does not matter for parts). A list passes `=` and `~`
 * when one of its items does, and `!=` when none is equal.
 * @throws UsageError for a filter that is none, or an unknown column
 */
export function filterRows<Row>(
  rows: readonly Row[],
  texts: readonly string[],
  columns: readonly Column[],
): readonly Row[] {
  const filters = texts.map((text) => parseFilter(text, columns));
  return rows.filter((row) => filters.every((filter) => passes(row, filter)));
}

function parseFilter(text: string, columns: readonly Column[]): Filter {
  const match = /^([A-Za-z]+)(!=|=|~)(.*)$/s.exec(text);
  if (!match)
    throw new UsageError(
      `"${text}" is no filter`,
      'write key=value, key!=value or key~part; see `insula help filters`',
    );
  const [, key = '', operator, value = ''] = match;
  return { column: findColumn(columns, key), operator: operator as Operator, value };
}

function passes(row: unknown, { column, operator, value }: Filter): boolean {
  const texts = textsOf(valueAt(row, column.path), column.path);
  if (operator === '~') return texts.some((text) => text.toLowerCase().includes(value.toLowerCase()));
  const equal = texts.includes(value);
  return operator === '=' ? equal : !equal;
}

/** What a value may be called in a filter: as it is in JSON and as the table shows it. */
function textsOf(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value))
    return value.length === 0 ? ['', '-'] : value.flatMap((item) => textsOf(item, path));
  if (value === null || value === undefined) return ['', '-'];
  return [typeof value === 'string' ? value : JSON.stringify(value), textOf(value, path)];
}

/**
 * The rows in the order of columns, each `key` or `-key` for the highest first. Numbers sort by value and digits within names, too: web2
 * before web10. Rows without a value come last.
 * @throws UsageError for an unknown column
 */
export function sortRows<Row>(
  rows: readonly Row[],
  keys: readonly string[],
  columns: readonly Column[],
): readonly Row[] {
  if (keys.length === 0) return rows;
  const collator = new Intl.Collator('en', { numeric: true });
  const orders = keys.map((key) => ({
    column: findColumn(columns, key.replace(/^-/, '')),
    direction: key.startsWith('-') ? -1 : 1,
  }));
  return [...rows].sort((a, b) => {
    for (const { column, direction } of orders) {
      const order = compare(valueAt(a, column.path), valueAt(b, column.path), { collator, direction });
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(
  a: unknown,
  b: unknown,
  { collator, direction }: { collator: Intl.Collator; direction: number },
): number {
  const missing = Number(isNothing(a)) - Number(isNothing(b));
  if (missing !== 0 || isNothing(a)) return missing;
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * collator.compare(textOf(a, ''), textOf(b, ''));
}

function isNothing(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
