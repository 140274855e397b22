import type { ListQuery } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareValues, type Item } from './list-order.ts';
import { pageOf } from './list-page.ts';

const fields = new Set(['name', 'state', 'size', 'groups', 'pool']);
const web1 = { name: 'web1', state: 'running', size: 10, groups: ['web', 'eu'], pool: { name: 'ssd' } };
const web2 = { name: 'web2', state: 'stopped', size: 9, groups: [], pool: null };
const db = { name: 'db', state: 'running', size: null, groups: ['eu'], pool: { name: 'hdd' } };
const list = [web1, web2, db];
const names = (query: ListQuery) => pageOf(list, query, fields).items.map(({ name }) => name);

const value = fc.oneof(
  fc.constantFrom('a', 'b', 'B', ''),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const items = fc.array(fc.record({ name: fc.constantFrom('x', 'y', 'z'), state: value, size: value }), {
  maxLength: 30,
});
const sorts = fc.constantFrom(undefined, 'name', '-name', 'size', '-size,state', 'state,-name,size');
const limits = fc.integer({ min: 1, max: 7 });
const queryOf = (sort: string | undefined) => (sort === undefined ? {} : { sort });

/** All pages one after the other; `between` may change the list. */
function follow(
  start: readonly Item[],
  query: ListQuery,
  between: (list: readonly Item[]) => readonly Item[],
): Item[] {
  const found: Item[] = [];
  let current = start;
  for (let cursor: string | null | undefined; cursor !== null; current = between(current)) {
    const page = pageOf(current, cursor === undefined ? query : { ...query, cursor }, fields);
    found.push(...page.items);
    expect(page.items.length).toBeLessThanOrEqual(query.limit ?? 0);
    cursor = page.next;
  }
  return found;
}

describe('a list', () => {
  test('that is asked for nothing is answered as it is', () => {
    fc.assert(
      fc.property(items, (all) => {
        expect(pageOf(all, {}, fields)).toEqual({ items: all, next: null });
      }),
    );
  });

  test.each([
    [['state=running'], ['web1', 'db']],
    [['state!=running'], ['web2']],
    [['name~WEB'], ['web1', 'web2']],
    [['groups=eu'], ['web1', 'db']],
    [['groups='], ['web2']],
    [['pool.name=ssd'], ['web1']],
    [['size>9'], ['web1']],
    [['size<=10', 'state=stopped'], ['web2']],
    [['name>=web1'], ['web1', 'web2']],
  ])('filtered by %j has what passes all of them', (filter, expected) => {
    expect(names({ filter })).toEqual(expected);
  });

  test('is sorted by its fields, and what has no value comes last', () => {
    expect(names({ sort: 'name' })).toEqual(['db', 'web1', 'web2']);
    expect(names({ sort: '-name' })).toEqual(['web2', 'web1', 'db']);
    expect(names({ sort: 'size' })).toEqual(['web2', 'web1', 'db']);
    expect(names({ sort: '-size' })).toEqual(['web1', 'web2', 'db']);
    expect(names({ sort: 'state,-name' })).toEqual(['web1', 'db', 'web2']);
  });

  test('has the fields that were asked for', () => {
    expect(pageOf(list, { fields: 'state,name', filter: ['name=db'] }, fields).items).toEqual([
      { state: 'running', name: 'db' },
    ]);
  });

  test.each([
    { sort: 'nothing' },
    { filter: ['nothing=1'] },
    { fields: 'name,nothing' },
    { fields: 'constructor' },
    { cursor: 'AAAA' },
    { cursor: Buffer.from('null').toString('base64url') },
    { cursor: Buffer.from('{"key":[],"given":1,"sort":""}').toString('base64url') },
  ])('refuses %j', (query) => {
    expect(() => pageOf(list, query, fields)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  test('refuses a cursor that belongs to another order', () => {
    const { next } = pageOf(list, { limit: 1, sort: 'name' }, fields);
    expect(() => pageOf(list, { limit: 1, sort: '-name', cursor: next ?? '' }, fields)).toThrow(
      'another order',
    );
  });
});

describe('pages', () => {
  test('are the whole list, each item once, in its order, however many are equal', () => {
    fc.assert(
      fc.property(items, sorts, limits, (all, sort, limit) => {
        const found = follow(all, { ...queryOf(sort), limit }, (same) => same);
        expect(found).toEqual(pageOf(all, { ...queryOf(sort), limit: 10_000 }, fields).items);
        expect(found).toHaveLength(all.length);
      }),
    );
  });

  test('have everything once that is there all the time, whatever comes and goes meanwhile', () => {
    const unique = fc.uniqueArray(fc.record({ name: fc.string({ maxLength: 4 }), size: value }), {
      selector: ({ name }) => name,
      maxLength: 30,
    });
    fc.assert(
      fc.property(unique, unique, sorts, limits, fc.nat(), (stay, others, sort, limit, seed) => {
        const stays = new Set(stay.map(({ name }) => name));
        const guests = others.filter(({ name }) => !stays.has(name));
        let turn = seed;
        const between = () => {
          turn += 1;
          return [...guests.filter((_guest, index) => (index + turn) % 2 === 0), ...stay];
        };
        const found = follow(between(), { ...queryOf(sort), limit }, between);
        const lasting = found.map(({ name }) => String(name)).filter((name) => stays.has(name));
        expect(lasting.toSorted(compareValues)).toEqual([...stays].toSorted(compareValues));
      }),
    );
  });
});
