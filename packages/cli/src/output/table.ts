import type { Column } from '@insula/contract';
import { nearest } from '../arguments/nearest.ts';
import { UsageError } from '../errors/usage-error.ts';
import { cellOf } from './cells.ts';
import { cut, pad, widthOf } from './width.ts';

export interface TableOptions {
  readonly columns: readonly Column[];
  readonly rows: readonly unknown[];
  readonly header: boolean;
  /** Columns of the terminal; without, nothing is cut off. */
  readonly width?: number | undefined;
  readonly unicode?: boolean;
}

const gap = '  ';
const narrowest = 5;

/** Lines of a table, each with its line end. What does not fit the width is cut off, from the widest columns first. */
export function renderTable({ columns, rows, header, width, unicode = true }: TableOptions): string {
  const cells = rows.map((row) => columns.map((column) => cellOf(row, column)));
  const lines = header ? [columns.map(({ title }) => title), ...cells] : cells;
  const natural = columns.map((_, index) => Math.max(0, ...lines.map((line) => widthOf(line[index] ?? ''))));
  const widths = width === undefined ? natural : shrink(natural, width - gap.length * (columns.length - 1));
  return lines.map((line) => `${renderLine(line, { columns, widths, unicode })}\n`).join('');
}

function renderLine(
  line: readonly string[],
  { columns, widths, unicode }: { columns: readonly Column[]; widths: readonly number[]; unicode: boolean },
): string {
  const parts = line.map((text, index) => {
    const width = widths[index] ?? 0;
    return pad(cut(text, width, { unicode }), width, columns[index]?.align ?? 'left');
  });
  return parts.join(gap).trimEnd();
}

/** Widths that sum up to at most `room`, taken from the widest; none becomes narrower than a few letters. */
function shrink(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  let surplus = widths.reduce((sum, width) => sum + width, 0) - room;
  while (surplus > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    const index = widths.lastIndexOf(widest);
    const second = Math.max(
      narrowest,
      ...widths.filter((_, other) => other !== index).filter((width) => width < widest),
    );
    const step = Math.min(surplus, Math.max(1, widest - second));
    widths[index] = widest - step;
    surplus -= step;
  }
  return widths;
}

/**
 * The columns to show: those asked for, or those shown by default.
 * @throws UsageError for an unknown column
 */
export function chooseColumns(columns: readonly Column[], wanted: readonly string[]): readonly Column[] {
  if (wanted.length === 0) return columns.filter(({ shown }) => shown);
  return wanted.map((key) => findColumn(columns, key));
}

/** @throws UsageError naming the columns there are */
export function findColumn(columns: readonly Column[], key: string): Column {
  const found = columns.find((column) => column.key.toLowerCase() === key.toLowerCase());
  if (found) return found;
  const keys = columns.map((column) => column.key);
  const meant = nearest(key, keys);
  throw new UsageError(
    `unknown column "${key}"`,
    meant === undefined
      ? `there are ${keys.join(', ')}`
      : `did you mean ${meant}? there are ${keys.join(', ')}`,
  );
}
