import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAmount, parseAmount } from './amounts.ts';
import { findParameter, type ParameterRow, parameterTable } from './table.ts';

const rows = parameterTable as readonly ParameterRow[];
const physpages = findParameter('physpages') as ParameterRow;
const cpulimit = findParameter('cpulimit') as ParameterRow;
const numproc = findParameter('numproc') as ParameterRow;

describe.each(rows.map((row) => [row.name, row] as const))('amounts of %s', (_name, row) => {
  test('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: row.minimum, max: row.maximum }), (amount) => {
        expect(parseAmount(row, formatAmount(row, amount))).toBe(amount);
      }),
    );
    expect(parseAmount(row, 'unlimited')).toBe('unlimited');
  });

  test('are within their range, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,17}(\.\d)?[KMGTP%B]?$/)), (text) => {
        let amount: ReturnType<typeof parseAmount>;
        try {
          amount = parseAmount(row, text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_parameter', details: { parameter: row.name } });
          return;
        }
        if (amount === 'unlimited') return;
        expect(Number.isSafeInteger(amount)).toBe(true);
        expect(amount).toBeGreaterThanOrEqual(row.minimum);
        expect(amount).toBeLessThanOrEqual(row.maximum);
      }),
    );
  });

  test('have a default in their range', () => {
    if (row.default === 'unlimited') return;
    expect(row.default).toBeGreaterThanOrEqual(row.minimum);
    expect(row.default).toBeLessThanOrEqual(row.maximum);
  });
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

test('a parameter is found by either of its names, and no two share one', () => {
  expect(findParameter('ram')).toBe(physpages);
  expect(findParameter('nonsense')).toBeUndefined();
  const names = rows.flatMap(({ name, vzName }) => [name, ...(vzName === undefined ? [] : [vzName])]);
  expect(new Set(names).size).toBe(names.length);
});

test('every parameter is held by cgroups of both versions, or by the private area', () => {
  for (const { v1, v2, volume, text } of rows) {
    expect(v1.length > 0).toBe(volume === undefined);
    expect(v2.length > 0).toBe(volume === undefined);
    expect(text).toMatch(/^[A-Z].*[^.]$/);
  }
});
