import { expect, test } from 'vitest';
import { cgroupLayout, runLayout } from './run-layout.ts';

test('everything of a run lies below the run directory, and nothing of two VEs in one place', () => {
  const run = runLayout('/run/insula');
  const [one, two] = ['a', 'b'].map((uuid) => Object.values(run.ve(uuid)) as string[]);
  expect(one?.every((path) => path.startsWith('/run/insula/ve/a'))).toBe(true);
  expect(two?.filter((path) => one?.includes(path))).toEqual([]);
  expect(new Set([...(one ?? []), run.exits, run.runcRoot, run.socket]).size).toBe((one ?? []).length + 3);
});

test('the socket has room in a sun_path of 108 bytes for the longest run directory', () => {
  expect(runLayout(`/${'x'.repeat(59)}`).socket.length).toBeLessThan(108);
});

test('the payload of a VE is inside its limits, its monitor outside', () => {
  const groups = cgroupLayout('insula');
  expect(groups.payload(101)).toBe('insula/ve/101/payload');
  expect(groups.payload(101).startsWith(`${groups.outer(101)}/`)).toBe(true);
  expect(groups.monitor(101)).toBe('insula/monitor/101');
});
