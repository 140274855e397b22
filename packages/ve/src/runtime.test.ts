import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyExit, neverStarted, restartDelay, stateOf } from './runtime.ts';

const init = { pid: 7, startTime: 1 };

test('the state follows from init, freezer and mount, in this order', () => {
  expect(stateOf(neverStarted)).toBe('stopped');
  expect(stateOf({ ...neverStarted, mounted: true })).toBe('mounted');
  expect(stateOf({ ...neverStarted, mounted: true, init })).toBe('running');
  expect(stateOf({ ...neverStarted, mounted: true, init, paused: true })).toBe('paused');
});

test.each([
  [129, false, 'reboot'],
  [129, true, 'reboot'],
  [130, false, 'poweroff'],
  [130, true, 'poweroff'],
  [0, false, 'poweroff'],
  [1, false, 'crash'],
  [137, false, 'crash'],
  [137, true, 'killed'],
  [null, true, 'killed'],
  [null, false, 'unknown'],
] as const)('an init that ended with %s (requested: %s) counts as %s', (status, requested, kind) => {
  expect(classifyExit(status, requested)).toBe(kind);
});

test('restarts come after 1, 2, 4… seconds and never later than 5 minutes', () => {
  expect([1, 2, 3, 4, 9, 10, 100].map(restartDelay)).toEqual([
    1000, 2000, 4000, 8000, 256_000, 300_000, 300_000,
  ]);
  fc.assert(
    fc.property(fc.nat(1_000_000), (crashes) => {
      expect(restartDelay(crashes)).toBeGreaterThanOrEqual(1000);
      expect(restartDelay(crashes + 1)).toBeGreaterThanOrEqual(restartDelay(crashes));
      expect(restartDelay(crashes)).toBeLessThanOrEqual(300_000);
    }),
  );
});
