import type { VeSummary } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterVes, listColumns, parseSort, sortText, sortVes } from './list-model.ts';

const ve = (ctid: number, rest: Partial<VeSummary> = {}): VeSummary => ({
  uuid: `00000000-0000-4000-8000-${String(ctid).padStart(12, '0')}`,
  ctid,
  name: `ve${ctid}`,
  state: 'stopped',
  transition: null,
  template: 'debian-12@1',
  hostname: `ve${ctid}`,
  addresses: [`10.101.0.${ctid % 250}`],
  onboot: 'no',
  bootorder: 0,
  description: '',
  init: null,
  startedAt: null,
  ...rest,
});

describe('the list of VEs', () => {
  const ves = [
    ve(101, { name: 'web10' }),
    ve(102, { name: 'web2', state: 'running' }),
    ve(103, { name: 'db' }),
  ];

  test('is filtered by words, whatever their case and wherever they are', () => {
    expect(filterVes(ves, { q: 'WEB' }).map(({ ctid }) => ctid)).toEqual([101, 102]);
    expect(filterVes(ves, { q: 'debian 10.101.0.103' }).map(({ ctid }) => ctid)).toEqual([103]);
    expect(filterVes(ves, { q: 'web', state: 'running' }).map(({ ctid }) => ctid)).toEqual([102]);
    expect(filterVes(ves, {})).toHaveLength(3);
  });

  test('is sorted as people sort', () => {
    const names = (text: string) => sortVes(ves, parseSort(text)).map(({ name }) => name);
    expect(names('name')).toEqual(['db', 'web2', 'web10']);
    expect(names('-name')).toEqual(['web10', 'web2', 'db']);
    expect(sortVes(ves, parseSort('__proto__')).map(({ ctid }) => ctid)).toEqual([101, 102, 103]);
  });

  test('has an order that comes back from its text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...listColumns.map(({ key }) => key)), fc.boolean(), (key, descending) => {
        const sort = parseSort(descending ? `-${key}` : key);
        expect(parseSort(sortText(sort))).toEqual(sort);
      }),
    );
  });

  test('keeps every VE, however it is sorted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...listColumns.map(({ key }) => key)), fc.boolean(), (key, descending) => {
        const sorted = sortVes(ves, parseSort(descending ? `-${key}` : key));
        expect(new Set(sorted)).toEqual(new Set(ves));
      }),
    );
  });
});
