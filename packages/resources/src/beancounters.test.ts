import type { ParameterName } from '@insula/contract';
import { expect, test } from 'vitest';
import { beancounters, beancounterText } from './beancounters.ts';
import type { Counters } from './read-use.ts';

const ve = { uuid: 'u', ctid: 101, name: 'web1' };
const counters = new Map<ParameterName, Counters>([
  ['physpages', { held: 41_000_000, maxheld: 50_331_648, failcnt: 7 }],
  ['numfile', { held: 512, maxheld: null, failcnt: null }],
  ['kmemsize', { held: 3_000_001, maxheld: null, failcnt: null }],
]);

test('a VE has the rows of OpenVZ, in pages, bytes and numbers', () => {
  const parameters = {
    physpages: { barrier: 2 ** 26, limit: 2 ** 27 },
    numproc: 240,
    vmguarpages: 33_792 * 4096,
  };
  const rows = beancounters({ ...ve, parameters }, counters);
  expect(rows).toHaveLength(24);
  const row = (name: string) => rows.find(({ resource }) => resource === name);
  expect(row('physpages')).toMatchObject({
    held: 10_010,
    maxheld: 12_288,
    barrier: '16384',
    limit: '32768',
    failcnt: 7,
  });
  expect(row('numproc')).toMatchObject({ barrier: '240', limit: '240' });
  expect(row('vmguarpages')).toMatchObject({ barrier: '33792', limit: '9223372036854775807' });
  expect(row('numfile')).toMatchObject({ held: 512, maxheld: 512 });
  expect(row('kmemsize')).toMatchObject({ held: 3_000_001, limit: '9223372036854775807' });
});

test('the text has a version, a heading, and the CTID before the first row of each VE', () => {
  const text = beancounterText([
    ...beancounters({ ...ve, parameters: {} }, counters),
    ...beancounters({ ...ve, ctid: 102, parameters: {} }, new Map()),
  ]);
  const lines = text.split('\n');
  expect(lines[0]).toBe('Version: 2.5');
  expect(lines[1]?.trim().split(/\s+/)).toEqual([
    'uid',
    'resource',
    'held',
    'maxheld',
    'barrier',
    'limit',
    'failcnt',
  ]);
  expect(lines[2]?.trim().split(/\s+/)).toEqual([
    '101:',
    'kmemsize',
    '3000001',
    '3000001',
    '9223372036854775807',
    '9223372036854775807',
    '0',
  ]);
  expect(lines[26]).toMatch(/^ {6}102: {2}kmemsize/);
  expect(lines).toHaveLength(2 + 48 + 1);
  expect(lines.filter((line) => line.includes(':')).length).toBe(3);
});
