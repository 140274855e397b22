import type { ParameterName } from '@insula/contract';
import { expect, test } from 'vitest';
import { beancounters } from './beancounters.ts';
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
