import { fault, type ListQuery } from '@insula/contract';
import { parseFilter } from './list-filter.ts';
import { compareKeys, type Item, identityKeys, keyOf, parseSort, requireField } from './list-order.ts';

export interface Page {
  readonly items: readonly Item[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}

/** Where a page ended: what its last item is ordered by, and how many with just that were given already. */
interface Place {
  readonly key: readonly unknown[];
  readonly given: number;
  /** The order that the place is in. */
  readonly sort: string;
}

/**
 * The part of a list that was asked for. Pages have an order in which nothing is equal, so whoever follows them gets everything that is
 * there all the time exactly once, whatever comes and goes meanwhile. A list that is asked for nothing stays as it is.
 * @throws CodedError invalid_input
 */
export function pageOf(list: readonly Item[], query: ListQuery, fields: ReadonlySet<string>): Page {
  const { filter = [], sort, limit, cursor } = query;
  const filters = filter.map((text) => parseFilter(text, fields));
  const wanted = list.filter((item) => filters.every((passes) => passes(item)));
  const isPaged = limit !== undefined || cursor !== undefined;
  const sorting = sort === undefined ? [] : parseSort(sort, fields);
  const keys = isPaged ? [...sorting, ...identityKeys(fields)] : sorting;
  const ordered =
    keys.length === 0
      ? wanted
      : wanted
          .map((item) => ({ item, key: keyOf(item, keys) }))
          .sort((a, b) => compareKeys(a.key, b.key, keys))
          .map(({ item }) => item);
  const select = selectorOf(query.fields, fields);
  if (!isPaged) return { items: ordered.map(select), next: null };
  const place = cursor === undefined ? null : readPlace(cursor, sort ?? '', keys.length);
  const first = place === null ? 0 : startOf(ordered, place, keys);
  const items = ordered.slice(first, limit === undefined ? undefined : first + limit);
  const last = items.at(-1);
  const isLast = last === undefined || first + items.length >= ordered.length;
  if (isLast) return { items: items.map(select), next: null };
  const key = keyOf(last, keys);
  const equal = ordered
    .slice(0, first + items.length)
    .filter((item) => compareKeys(keyOf(item, keys), key, keys) === 0);
  return { items: items.map(select), next: writePlace({ key, given: equal.length, sort: sort ?? '' }) };
}

function startOf(
  ordered: readonly Item[],
  { key, given }: Place,
  keys: Parameters<typeof compareKeys>[2],
): number {
  let skipped = 0;
  const found = ordered.findIndex((item) => {
    const order = compareKeys(keyOf(item, keys), key, keys);
    if (order === 0) skipped += 1;
    return order > 0 || (order === 0 && skipped > given);
  });
  return found === -1 ? ordered.length : found;
}

function selectorOf(text: string | undefined, fields: ReadonlySet<string>): (item: Item) => Item {
  if (text === undefined) return (item) => item;
  const names = text.split(',');
  for (const name of names) requireField('fields', name, fields);
  return (item) =>
    Object.fromEntries(names.filter((name) => Object.hasOwn(item, name)).map((name) => [name, item[name]]));
}

const writePlace = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws CodedError invalid_input for what was not written here, or for another order */
function readPlace(cursor: string, sort: string, length: number): Place {
  const refused = (problem: string) => fault('invalid_input', { field: 'cursor', problem });
  let place: Partial<Place> | null;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Partial<Place> | null;
  } catch {
    throw refused('it is none that was given');
  }
  const { key, given, sort: order } = place ?? {};
  if (!Array.isArray(key) || key.length !== length || !Number.isSafeInteger(given))
    throw refused('it is none that was given');
  if (order !== sort) throw refused('it belongs to another order: send the sort that it was given for');
  return { key, given: given as number, sort };
}
