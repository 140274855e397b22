import { operationTable } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeVe } from '../client/fake-daemon.ts';
import { filterRows, sortRows } from './select.ts';

const { columns } = operationTable['ve.list'].cli;
const rows = [
  fakeVe({ ctid: 101, name: 'web2', addresses: ['10.101.0.2', '10.101.0.3'], description: 'The Shop' }),
  fakeVe({ ctid: 102, name: 'web10', state: 'stopped', addresses: [], init: null, startedAt: null }),
  fakeVe({ ctid: 20_000, name: 'db', state: 'stopped', onboot: 'yes', addresses: ['10.101.0.9'] }),
];
const names = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);

describe('filters', () => {
  test('= and != compare whole values', () => {
    expect(names(filterRows(rows, ['state=stopped'], columns))).toEqual(['web10', 'db']);
    expect(names(filterRows(rows, ['state!=stopped'], columns))).toEqual(['web2']);
    expect(names(filterRows(rows, ['ctid=101'], columns))).toEqual(['web2']);
  });

  test('~ looks for a part, in upper or lower case', () => {
    expect(names(filterRows(rows, ['description~shop'], columns))).toEqual(['web2']);
  });

  test('a list passes when one of its items does', () => {
    expect(names(filterRows(rows, ['addresses=10.101.0.3'], columns))).toEqual(['web2']);
    expect(names(filterRows(rows, ['addresses!=10.101.0.3'], columns))).toEqual(['web10', 'db']);
    expect(names(filterRows(rows, ['addresses~10.101'], columns))).toEqual(['web2', 'db']);
  });

  test('nothing can be asked for, as the table shows it or empty', () => {
    expect(names(filterRows(rows, ['init=-'], columns))).toEqual(['web10']);
    expect(names(filterRows(rows, ['init='], columns))).toEqual(['web10']);
    expect(names(filterRows(rows, ['init!=-'], columns))).toEqual(['web2', 'db']);
  });

  test('several must all pass', () => {
    expect(names(filterRows(rows, ['state=stopped', 'onboot=yes'], columns))).toEqual(['db']);
  });

  test('a filter that is none, or about an unknown column, is refused', () => {
    expect(() => filterRows(rows, ['running'], columns)).toThrow('"running" is no filter');
    expect(() => filterRows(rows, ['stat=running'], columns)).toThrow('unknown column "stat"');
  });

  test('a filter and its opposite part the rows', () => {
    const row = fc.record({
      name: fc.string(),
      ctid: fc.nat(9),
      state: fc.constantFrom('running', 'stopped'),
    });
    fc.assert(
      fc.property(
        fc.array(row),
        fc.constantFrom('name', 'ctid', 'state'),
        fc.string(),
        (some, key, value) => {
          const yes = filterRows(some, [`${key}=${value}`], columns);
          const no = filterRows(some, [`${key}!=${value}`], columns);
          expect(yes.length + no.length).toBe(some.length);
        },
      ),
    );
  });
});

describe('sorting', () => {
  test('numbers sort by value and names by the numbers in them', () => {
    expect(names(sortRows(rows, ['-ctid'], columns))).toEqual(['db', 'web10', 'web2']);
    expect(names(sortRows(rows, ['name'], columns))).toEqual(['db', 'web2', 'web10']);
  });

  test('a second column decides where the first is equal', () => {
    expect(names(sortRows(rows, ['state', '-name'], columns))).toEqual(['web2', 'web10', 'db']);
  });

  test('rows without a value come last, whichever way', () => {
    expect(names(sortRows(rows, ['addresses'], columns)).at(-1)).toBe('web10');
    expect(names(sortRows(rows, ['-addresses'], columns)).at(-1)).toBe('web10');
  });

  test('sorting keeps all rows and does not depend on their order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(99)), fc.nat(), (ctids, seed) => {
        const some = ctids.map((ctid) => fakeVe({ ctid }));
        const turned = [...some.slice(seed % (some.length + 1)), ...some.slice(0, seed % (some.length + 1))];
        expect(sortRows(some, ['ctid'], columns)).toEqual(sortRows(turned, ['ctid'], columns));
      }),
    );
  });
});
