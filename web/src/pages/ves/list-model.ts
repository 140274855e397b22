import { type Column, operationTable, type VeSummary } from '@insula/contract';

/** Columns that the list can show: those of the command line, without what the state says already. */
export const listColumns: readonly Column[] = operationTable['ve.list'].cli.columns.filter(
  ({ key }) => !['transition', 'init'].includes(key),
);

export type ColumnKey = keyof VeSummary;

/** What is shown to somebody who has not chosen. */
export const usualColumns: readonly string[] = listColumns.filter(({ shown }) => shown).map(({ key }) => key);

export interface ListFilter {
  readonly q?: string | undefined;
  readonly state?: string | undefined;
}

/** VEs that fit: every word of `q` is in one of the texts of the VE, whatever its case. */
export function filterVes(ves: readonly VeSummary[], { q = '', state }: ListFilter): readonly VeSummary[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return ves.filter(
    (ve) => (state === undefined || ve.state === state) && words.every((word) => textOf(ve).includes(word)),
  );
}

const texts = new WeakMap<VeSummary, string>();

/** All of a VE that can be looked for, in lower case; made once for each version of it. */
function textOf(ve: VeSummary): string {
  let text = texts.get(ve);
  if (text === undefined) {
    const { ctid, name, addresses, template, hostname, description, uuid } = ve;
    text = [ctid, name, ...addresses, template, hostname, description, uuid].join('\n').toLowerCase();
    texts.set(ve, text);
  }
  return text;
}

export interface Sort {
  readonly key: ColumnKey;
  readonly descending: boolean;
}

/** The order that an address names: `name`, or `-name` for the other way round. By CTID unless it names a column. */
export function parseSort(text: string | undefined): Sort {
  const descending = text?.startsWith('-') === true;
  const key = descending ? text?.slice(1) : text;
  const known = listColumns.some((column) => column.key === key);
  return known ? { key: key as ColumnKey, descending } : { key: 'ctid', descending: false };
}

export function sortText({ key, descending }: Sort): string | undefined {
  if (key === 'ctid' && !descending) return undefined;
  return descending ? `-${key}` : key;
}

const collator = new Intl.Collator('en', { numeric: true });

export function sortVes(ves: readonly VeSummary[], { key, descending }: Sort): readonly VeSummary[] {
  const direction = descending ? -1 : 1;
  return [...ves].sort((left, right) => {
    const order = compare(left[key], right[key]) * direction;
    return order === 0 ? left.ctid - right.ctid : order;
  });
}

type Value = VeSummary[ColumnKey];

function textFor(value: Value): string {
  return Array.isArray(value) ? value.join(' ') : String(value ?? '');
}

/** Numbers by size, texts as people sort them ("web2" before "web10"), what is missing at the end. */
function compare(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [first, second] = [textFor(left), textFor(right)];
  if (first === '' || second === '') return Number(first === '') - Number(second === '');
  return collator.compare(first, second);
}
