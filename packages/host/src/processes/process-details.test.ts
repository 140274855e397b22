import { expect, test } from 'vitest';
import { parseProcessDetails } from './process-details.ts';

const stat = '42 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 3 0 123456 1000 10 184467\n';
const status =
  'Name:\ta) b\nPPid:\t1\nUid:\t1000\t1001\t1000\t1000\nNSpid:\t42\t5\nVmRSS:\t   2048 kB\nThreads:\t3\n';

test('a process is read from its three files', () => {
  expect(parseProcessDetails(stat, status, '/bin/a\0--flag\0x y\0')).toEqual({
    pid: 42,
    innerPid: 5,
    isInside: true,
    parent: 1,
    uid: 1001,
    state: 'S',
    threads: 3,
    cpu: 2_000_000,
    residentBytes: 2_097_152,
    startTime: 123_456,
    commandLine: '/bin/a --flag x y',
  });
});

test('its pid is that inside the VE, also where that has pid namespaces of its own, and of one of the host that of the host', () => {
  const inside = (pids: string) =>
    parseProcessDetails(stat, status.replace('42\t5', pids), '') ?? { innerPid: 0, isInside: false };
  expect(inside('42\t17\t1')).toMatchObject({ innerPid: 17, isInside: true });
  expect(inside('42')).toMatchObject({ innerPid: 42, isInside: false });
});

test('what has no arguments shows its name, and long ones are cut off', () => {
  expect(parseProcessDetails(stat, status, '')?.commandLine).toBe('[a) b]');
  expect(parseProcessDetails(stat, status, 'x'.repeat(10_000))?.commandLine).toHaveLength(4096);
  expect(parseProcessDetails('', '', '')).toBeNull();
});
