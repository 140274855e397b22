import { fault } from '@insula/contract';

export type Item = Readonly<Record<string, unknown>>;

export interface SortKey {
  readonly path: string;
  readonly isDescending: boolean;
}

/** Fields that tell items of a list apart, as far as they have them: they order what is otherwise equal, so that pages have one order. */
const identity = [
  'ctid',
  'seq',
  'id',
  'name',
  'uuid',
  'fingerprint',
  'version',
  'scope',
  'subject',
  'resource',
  'parameter',
  'class',
  'family',
  'type',
  'rule',
  'metric',
  'month',
  'at',
  'pid',
  'path',
];

export const identityKeys = (fields: ReadonlySet<string>): readonly SortKey[] =>
  identity.filter((path) => fields.has(path)).map((path) => ({ path, isDescending: false }));

/** `name,-ctid`. @throws CodedError invalid_input for a field that items have not */
export function parseSort(text: string, fields: ReadonlySet<string>): readonly SortKey[] {
  return text.split(',').map((part) => {
    const isDescending = part.startsWith('-');
    const path = isDescending ? part.slice(1) : part;
    requireField('sort', path, fields);
    return { path, isDescending };
  });
}

/** @throws CodedError invalid_input */
export function requireField(where: string, path: string, fields: ReadonlySet<string>): void {
  const [name = ''] = path.split('.');
  if (!fields.has(name))
    throw fault('invalid_input', {
      field: where,
      problem: `there is no field ${name}; there are ${[...fields].join(', ')}`,
    });
}

/** What lies at a dotted path; undefined where nothing does. */
export function valueAt(item: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isThere ? (value as Item)[name] : undefined;
  }, item);
}

/** The values that an item is ordered by. */
export const keyOf = (item: Item, keys: readonly SortKey[]): readonly unknown[] =>
  keys.map(({ path }) => valueAt(item, path) ?? null);

/** Less than 0 when the first comes first. */
export function compareKeys(a: readonly unknown[], b: readonly unknown[], keys: readonly SortKey[]): number {
  for (const [index, { isDescending }] of keys.entries()) {
    const order = compareValues(a[index], b[index]);
    // what has no value comes last, whichever way round
    if (order !== 0) return isDescending && a[index] !== null && b[index] !== null ? -order : order;
  }
  return 0;
}

const ranks: Readonly<Record<string, number>> = { boolean: 0, number: 1, string: 2, object: 3 };

/** A total order of everything that JSON can say: texts by their code units, so that it is the same everywhere. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [left, right] = [ranks[typeof a] ?? 4, ranks[typeof b] ?? 4];
  if (left !== right) return left - right;
  if (typeof a === 'object') return compareTexts(JSON.stringify(a), JSON.stringify(b));
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return Number(a) - Number(b);
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
