import { expect, test } from 'vitest';
import { countLocks, parseConnections, parseSockets, parseStatus, sumStatus } from './count-texts.ts';

test('signals count once for each user, locked memory for each process', () => {
  const status = (uid: number, queued: number, locked: number) =>
    parseStatus(
      `Name:\tx\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nVmLck:\t      ${locked} kB\nSigQ:\t${queued}/4096\n`,
    );
  expect(sumStatus([status(100_000, 3, 4), status(100_000, 3, 8), status(100_033, 2, 0)])).toEqual({
    queuedSignals: 5,
    lockedBytes: 12 * 1024,
  });
  // kernel threads have neither
  expect(parseStatus('Name:\tkthreadd\n')).toEqual({ uid: '', queuedSignals: 0, lockedBytes: 0 });
});

test('sockets are TCP of both families and the rest', () => {
  const text = 'sockets: used 31\nTCP: inuse 4 orphan 0 tw 9 alloc 40 mem 28\nUDP: inuse 0 mem 0\n';
  expect(parseSockets(text, 'TCP6: inuse 3\nUDP6: inuse 1\n')).toEqual({ tcp: 7, other: 24 });
  expect(parseSockets(text, null)).toEqual({ tcp: 4, other: 27 });
  expect(parseSockets(null, null)).toBeNull();
});

test('connections are read in hexadecimal', () => {
  expect(parseConnections('entries  clashres found\n0000001f  00000000 00000000\n')).toBe(31);
  expect(parseConnections(null)).toBeNull();
});

test('locks are those that processes of the VE hold', () => {
  const text = `1: POSIX  ADVISORY  WRITE 812 00:2c:123 0 EOF
1: -> POSIX  ADVISORY  WRITE 813 00:2c:123 0 EOF
2: FLOCK  ADVISORY  WRITE 813 00:2c:124 0 EOF
3: FLOCK  ADVISORY  READ 900 00:2c:125 0 EOF
`;
  expect(countLocks(text, new Set([812, 813]))).toBe(2);
});
