import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Sharer, shareUnits } from './share-units.ts';

const sharesOf = (sharers: readonly Sharer[], capacity: number) => {
  const units = shareUnits(sharers, capacity);
  const sum = [...units.values()].reduce((so, own) => so + own, 0);
  return new Map([...units].map(([ctid, own]) => [ctid, (own / sum) * capacity]));
};

test('nobody is touched while nothing is promised', () => {
  const sharers = [1000, 500, 8].map((units, index) => ({ ctid: 101 + index, units, guarantee: 0 }));
  expect([...shareUnits(sharers, 200).values()]).toEqual([1000, 500, 8]);
});

test('a VE gets what it was promised beside neighbours that hog', () => {
  const hogs = [102, 103, 104].map((ctid) => ({ ctid, units: 1000, guarantee: 0 }));
  const shares = sharesOf([{ ctid: 101, units: 1000, guarantee: 80 }, ...hogs], 190);
  expect(shares.get(101)).toBeGreaterThanOrEqual(79.5);
  expect(shares.get(101)).toBeLessThan(90);
});

test('every promise that fits is kept, whatever the units are', () => {
  const sharer = fc.record({
    units: fc.integer({ min: 100, max: 5000 }),
    guarantee: fc.integer({ min: 0, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(sharer, { minLength: 1, maxLength: 9 }), (list) => {
      const sharers = list.map((one, index) => ({ ...one, ctid: 101 + index }));
      const shares = sharesOf(sharers, 400);
      for (const { ctid, guarantee } of sharers)
        expect(shares.get(ctid) ?? 0).toBeGreaterThanOrEqual(guarantee * 0.95);
    }),
  );
});
