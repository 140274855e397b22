import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyExit, endOfRun, neverStarted, restartDelay, stateOf } from './runtime.ts';

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

const at = (seconds: number) => ({ id: 'u', status: 1, exitedAtMs: Date.UTC(2026, 10, 21) + seconds * 1000 });
const startedAt = new Date(Date.UTC(2026, 10, 21)).toISOString();

test('crashes in a row are counted, until a run lasts ten minutes or ends otherwise', () => {
  const run = { startedAt, requested: false };
  expect(endOfRun({ ...run, exit: at(5) }, neverStarted)).toEqual({
    crashes: 1,
    lastExit: { kind: 'crash', code: 1, at: '2026-11-21T00:00:05.000Z' },
  });
  const before = { lastExit: null, crashes: 4 };
  expect(endOfRun({ ...run, exit: at(600) }, before).crashes).toBe(5);
  expect(endOfRun({ ...run, exit: at(601) }, before).crashes).toBe(1);
  expect(endOfRun({ ...run, exit: null }, before)).toMatchObject({
    crashes: 1,
    lastExit: { kind: 'unknown' },
  });
  for (const status of [0, 129, 130])
    expect(endOfRun({ ...run, exit: { ...at(5), status } }, before).crashes).toBe(0);
  expect(endOfRun({ ...run, exit: at(5), requested: true }, before)).toMatchObject({
    crashes: 0,
    lastExit: { kind: 'killed' },
  });
});

test('an end that was noted already is not counted again', () => {
  const run = { startedAt, exit: at(5), requested: false };
  const once = endOfRun(run, neverStarted);
  expect(endOfRun(run, once)).toEqual(once);
});
