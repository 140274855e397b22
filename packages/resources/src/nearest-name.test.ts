import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from './nearest-name.ts';

const names = ['cpuunits', 'cpulimit', 'physpages', 'numproc', 'ram'];

test.for([
  ['phypages', 'physpages'],
  ['PhysPages', 'physpages'],
  ['cpu_limit', 'cpulimit'],
  ['cpuunit', 'cpuunits'],
  ['numprocs', 'numproc'],
  ['rams', 'ram'],
] as const)('"%s" is taken for %s', ([typed, meant]) => {
  expect(nearestName(typed, names)).toBe(meant);
});

test('a name that resembles none is taken for none', () => {
  expect(nearestName('diskspace', names)).toBeNull();
  expect(nearestName('', names)).toBeNull();
});

test('the distance is a metric', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});
