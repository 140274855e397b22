import type { Column } from '@insula/contract';
import { textOf, valueAt } from './cells.ts';
import { renderTable } from './table.ts';
import { pad, widthOf } from './width.ts';

/** One thing in full: a line per field, objects and lists of objects indented below their name. */
export function renderDetail(
  value: unknown,
  { unicode = true }: { readonly unicode?: boolean } = {},
): string {
  if (typeof value !== 'object' || value === null) return `${textOf(value, '')}\n`;
  return renderFields(value, { path: '', indent: '', unicode });
}

interface Place {
  readonly path: string;
  readonly indent: string;
  readonly unicode: boolean;
}

function renderFields(record: object, place: Place): string {
  const entries = inOrder(Object.entries(record));
  const width = Math.max(0, ...entries.filter(([, value]) => !isBlock(value)).map(([name]) => widthOf(name)));
  return entries.map(([name, value]) => renderField(name, value, { ...place, width })).join('');
}

function renderField(
  name: string,
  value: unknown,
  { path, indent, unicode, width }: Place & { width: number },
): string {
  const here = path === '' ? name : `${path}.${name}`;
  if (!isBlock(value)) return `${indent}${pad(`${name}:`, width + 1)} ${textOf(value, here)}\n`;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? renderList(value, inner, unicode)
    : renderFields(value as object, { path: here, indent: inner, unicode });
  return `${indent}${name}:\n${lines}`;
}

function renderList(items: readonly unknown[], indent: string, unicode: boolean): string {
  const rows = items.map((item) => (typeof item === 'object' && item !== null ? item : { value: item }));
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = keys.map((key): Column => {
    const numeric = rows.every((row) => typeof valueAt(row, key) === 'number' || valueAt(row, key) === null);
    return { key, title: titleOf(key), path: key, shown: true, ...(numeric ? { align: 'right' } : {}) };
  });
  const table = renderTable({ columns, rows, header: keys.length > 1, unicode });
  return table.replaceAll(/^(?=.)/gm, indent);
}

/** What a thing is called and what state it is in come first. */
function inOrder(entries: readonly [string, unknown][]): readonly [string, unknown][] {
  const first = ['name', 'ctid', 'uuid', 'id', 'state'];
  const rank = ([name]: readonly [string, unknown]) =>
    first.includes(name) ? first.indexOf(name) : first.length;
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

/** `startedAt` as a heading: STARTED AT. */
function titleOf(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
}

/** Whether a value takes lines of its own. */
function isBlock(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value)) return Object.keys(value).length > 0;
  return (
    value.some((item) => typeof item === 'object' && item !== null) ||
    value.some((item) => String(item).length > 60)
  );
}
