import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinPoints, type Point, packPoint, pointOf, unpackPoint, valuesInOrder } from './points.ts';

const metrics = [{ name: 'a' }, { name: 'b' }];
// whole ones: what is below the smallest float is of no interest
const known = fc.nat({ max: 2 ** 40 });
const value = fc.oneof(known, fc.constant(null));
const samples = fc.array(fc.record({ a: value, b: value }), { minLength: 1, maxLength: 24 });

const asPoints = (rows: readonly { readonly a: number | null; readonly b: number | null }[]) =>
  rows.map((row, index) => pointOf(index, valuesInOrder(metrics, row)));

test('joined points have the least, the average and the most of those that are known', () => {
  fc.assert(
    fc.property(samples, (rows) => {
      const joined = joinPoints(0, asPoints(rows)) as Point;
      const all = rows.flatMap(({ a }) => (a === null ? [] : [Math.fround(a)]));
      if (all.length === 0) {
        expect(joined.avg[0]).toBeNaN();
        return;
      }
      expect(joined.min[0]).toBe(Math.min(...all));
      expect(joined.max[0]).toBe(Math.max(...all));
      const average = all.reduce((sum, one) => sum + one, 0) / all.length;
      expect(Math.abs((joined.avg[0] ?? 0) - average)).toBeLessThanOrEqual(average * 1e-6);
    }),
  );
});

test('joining joined points is joining their samples, when each knows all', () => {
  const full = fc.array(fc.record({ a: known, b: known }), { minLength: 2, maxLength: 24 });
  fc.assert(
    fc.property(full, fc.nat(), (rows, cut) => {
      const points = asPoints(rows);
      const at = 1 + (cut % (points.length - 1));
      const halves = [points.slice(0, at), points.slice(at)].flatMap((half) => joinPoints(0, half) ?? []);
      const [once, twice] = [joinPoints(0, points), joinPoints(0, halves)];
      expect(twice?.samples).toBe(once?.samples);
      expect(twice?.min).toEqual(once?.min);
      expect(twice?.max).toEqual(once?.max);
      for (const index of [0, 1]) {
        const expected = once?.avg[index] ?? 0;
        expect(Math.abs((twice?.avg[index] ?? 0) - expected)).toBeLessThanOrEqual(expected * 1e-6);
      }
    }),
  );
});

test('a point is read as it was written', () => {
  fc.assert(
    fc.property(samples, (rows) => {
      const joined = joinPoints(5, asPoints(rows)) as Point;
      expect(unpackPoint(5, joined.samples, 2, packPoint(joined))).toEqual(joined);
    }),
  );
  const single = pointOf(1, valuesInOrder(metrics, { a: 1, b: null }));
  expect(packPoint(single)).toHaveLength(8);
  expect(unpackPoint(1, 1, 2, packPoint(single))).toEqual(single);
});

test('no points are no point', () => {
  expect(joinPoints(0, [])).toBeNull();
});
