import { expect, test } from 'vitest';
import { countUnaccepted, hasWaitingConnections, parseWaitingConnections } from './waiting-connections.ts';

test('only a connection that nobody has accepted yet has a side without an inode that connects', () => {
  const table = (...lines: readonly string[]) =>
    ['Num       RefCount Protocol Flags    Type St Inode Path', ...lines].join('\n');
  const waiting = '0000000079aeea71: 00000003 00000000 00000000 0001 02     0 /run/a';
  const others = [
    '00000000467de3ee: 00000003 00000000 00000000 0001 03 17032590',
    '0000000062428ad3: 00000002 00000000 00010000 0001 01 17032584 /run/a',
  ];
  expect(hasWaitingConnections(table(...others))).toBe(false);
  expect(hasWaitingConnections(table(...others, waiting))).toBe(true);
  expect(hasWaitingConnections(table(waiting.replace(' /run/a', '')))).toBe(true);
});

test('who waits to be accepted is told with what was sent already, also behind strange names', () => {
  const lines = [
    'Netid State  Recv-Q Send-Q Local Address:Port     Peer Address:Port    Process',
    'u_str ESTAB  0      768                * 90            * 91 <->   ',
    'u_str ESTAB  0      0                  * 85            * 0  <->   ',
    'u_str ESTAB  0      768   /run/b c 7  LISTEN 86            * 0  <->   ',
    'u_str ESTAB  0      0                  * 92            * 0  <--   ',
    'u_str LISTEN 4      5      /run/a name 5 84            * 0        <-> ino:2149067 dev:0/65024 peers: 85 86 0 92',
    'u_str LISTEN 0      5      /run/other 83               * 0        <-> ino:2149068 dev:0/65024 peers:',
    'u_seq LISTEN 0      5      @abstract 82                * 0        <->',
  ];
  expect(parseWaitingConnections(lines.join('\n'))).toEqual([
    { listener: 84, client: 85, unreadBytes: 0 },
    { listener: 84, client: 86, unreadBytes: 768 },
    { listener: 84, client: null, unreadBytes: 0 },
    { listener: 84, client: 92, unreadBytes: 0 },
  ]);
  expect(parseWaitingConnections('')).toEqual([]);
});

test('connections over TCP that wait are counted where somebody listens', () => {
  const rest = '00:00000000 00000000     0        0 17001 1 0000000000000000 100 0 0 10 0';
  const lines = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    `   0: 00000000:0016 00000000:0000 0A 00000000:00000000 ${rest}`,
    `   1: 00000000:0050 00000000:0000 0A 00000000:00000011 ${rest}`,
    `  12: 0100007F:0050 0100007F:B001 01 00000000:00000007 ${rest}`,
    ` 133: 00000000:1538 00000000:0000 0A 00000000:00000001 ${rest}`,
  ];
  expect(countUnaccepted(lines.join('\n'))).toBe(18);
});
