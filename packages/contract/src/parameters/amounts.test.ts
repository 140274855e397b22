import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAmount, parseAmount } from './amounts.ts';
import type { ParameterRow } from './row.ts';
import { findParameter, parameterTable } from './table.ts';

const rows = parameterTable as readonly ParameterRow[];
const physpages = findParameter('physpages') as ParameterRow;
const cpulimit = findParameter('cpulimit') as ParameterRow;
const numproc = findParameter('numproc') as ParameterRow;
const swappages = findParameter('swappages') as ParameterRow;
const vmguarpages = findParameter('vmguarpages') as ParameterRow;
const oomgroup = findParameter('oomgroup') as ParameterRow;
const quotatime = findParameter('quotatime') as ParameterRow;
const oomscore = findParameter('oomscore') as ParameterRow;

const numbered = rows.filter(({ unit }) => unit !== 'list');

describe.each(numbered.map((row) => [row.name, row] as const))('amounts of %s', (_name, row) => {
  const half = fc.integer({ min: row.minimum, max: row.maximum });

  test('are read back as they were written', () => {
    fc.assert(
      fc.property(half, (amount) => {
        expect(parseAmount(row, formatAmount(row, amount))).toBe(amount);
      }),
    );
    if (row.unit !== 'switch') expect(parseAmount(row, 'unlimited')).toBe('unlimited');
  });

  test('are within their range, whatever is asked for', () => {
    const sizeLike = fc.stringMatching(/^-?\d{1,17}(\.\d)?[KMGTP%B]?(:\d{1,17}[KMG]?)?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), sizeLike), (text) => {
        let value: ReturnType<typeof parseAmount>;
        try {
          value = parseAmount(row, text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_parameter', details: { parameter: row.name } });
          return;
        }
        const halves = typeof value === 'object' ? [value.barrier, value.limit] : [value];
        for (const amount of halves) {
          if (amount === 'unlimited') continue;
          expect(Number.isSafeInteger(amount)).toBe(true);
          expect(amount).toBeGreaterThanOrEqual(row.minimum);
          expect(amount).toBeLessThanOrEqual(row.maximum);
        }
      }),
    );
  });

  test('have a default in their range', () => {
    if (row.default === 'unlimited') return;
    expect(row.default).toBeGreaterThanOrEqual(row.minimum);
    expect(row.default).toBeLessThanOrEqual(row.maximum);
  });
});

test('a barrier and a limit are read back as they were written, and Virtuozzo’s notation has no barrier', () => {
  const half = fc.integer({ min: physpages.minimum, max: physpages.maximum });
  fc.assert(
    fc.property(half, half, (barrier, limit) => {
      fc.pre(barrier !== limit);
      expect(parseAmount(physpages, formatAmount(physpages, { barrier, limit }))).toEqual({ barrier, limit });
    }),
  );
  expect(parseAmount(physpages, '400M:512M')).toEqual({ barrier: 400 * 2 ** 20, limit: 512 * 2 ** 20 });
  expect(parseAmount(physpages, '512M:unlimited')).toEqual({ barrier: 2 ** 29, limit: 'unlimited' });
  expect(parseAmount(physpages, '0:512M')).toBe(2 ** 29);
  expect(parseAmount(physpages, '512M:512M')).toBe(2 ** 29);
  expect(parseAmount(swappages, '0:1G')).toBe(2 ** 30);
  expect(parseAmount(vmguarpages, '33792P:unlimited')).toBe(33_792 * 4096);
});

test('a list is one of numbers and ranges that run forwards', () => {
  const cpumask = findParameter('cpumask') as ParameterRow;
  for (const list of ['all', '0', '0-3', '0-3,8', '1,2,5-6']) expect(parseAmount(cpumask, list)).toBe(list);
  for (const wrong of ['', 'none', '3-1', '0-', ',1', '0..3', '0-99999', '9999'])
    expect(() => parseAmount(cpumask, wrong), wrong).toThrow('cpumask');
});

test.each([
  [physpages, '512M', 536_870_912],
  [physpages, '512m', 536_870_912],
  [physpages, '1.5G', 1_610_612_736],
  [physpages, '4096P', 16_777_216],
  [physpages, '16777216', 16_777_216],
  [physpages, '16777216B', 16_777_216],
  [cpulimit, '150%', 150],
  [cpulimit, '150', 150],
  [numproc, '400', 400],
  [oomgroup, 'on', 1],
  [oomgroup, '0', 0],
  [quotatime, '7d', 604_800],
  [oomscore, '-500', -500],
] as const)('%o: %s is %i', (row, text, amount) => {
  expect(parseAmount(row, text)).toBe(amount);
});

test.each([
  [physpages, '1.5.G'],
  [physpages, '-1G'],
  [physpages, '1 G'],
  [physpages, '1GB'],
  [physpages, '1%'],
  [physpages, 'Infinity'],
  [physpages, '99999T'],
  [physpages, '1K'],
  [cpulimit, '1G'],
  [numproc, '4K'],
  [numproc, '50%'],
  [numproc, ''],
  [numproc, '-1'],
  [physpages, '1G:2G:3G'],
  [physpages, ':1G'],
  [cpulimit, '10:20'],
  [vmguarpages, '1G:2G'],
  [oomgroup, 'unlimited'],
] as const)('%o: %j is refused', (row, text) => {
  expect(() => parseAmount(row, text)).toThrow(row.name);
});

test('a refusal says what would do', () => {
  expect(() => parseAmount(physpages, '1K')).toThrow('physpages: 1K is outside 16M to');
  expect(() => parseAmount(physpages, 'much')).toThrow('physpages: "much" is not an amount such as 512M');
  expect(() => parseAmount(cpulimit, '5K')).toThrow('cpulimit: suffix "K" does not fit a value in percent');
});

test('amounts are written as short as they can be said exactly', () => {
  expect(
    [2 ** 30, 1_610_612_736, 2 ** 24 + 1, 'unlimited' as const].map((n) => formatAmount(physpages, n)),
  ).toEqual([...['1G', '1536M', '16777217', 'unlimited']]);
  expect(formatAmount(cpulimit, 150)).toBe('150%');
});

test('a parameter is found by any of its names, and no two share one', () => {
  expect(findParameter('ram')).toBe(physpages);
  expect(findParameter('nonsense')).toBeUndefined();
  const names = rows.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

test.each(['v2', 'v1'] as const)(
  'every parameter says what holds it on cgroup %s, or what does not',
  (version) => {
    for (const row of rows) {
      const { means, processLimit, settings, volume, lacks, name } = row;
      const isHeld = row[version].length > 0 || [means, processLimit, settings, volume].some(Boolean);
      // the node itself weighs it against all others
      if (name === 'cpuguarantee') continue;
      expect([name, isHeld]).toEqual([name, lacks?.[version] === undefined]);
    }
  },
);
