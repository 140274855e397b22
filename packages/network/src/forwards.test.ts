import { expect, test } from 'vitest';
import { parseForwards } from './forwards.ts';

const tell = (...forwards: readonly string[]) => {
  try {
    return parseForwards(forwards);
  } catch (error) {
    return (error as Error).message;
  }
};

test('a forward is a port, or as many as a range has', () => {
  expect(tell('tcp:8080:80', 'udp:53-54:5353')).toEqual([
    { protocol: 'tcp', port: 8080, target: 80 },
    { protocol: 'udp', port: 53, target: 5353 },
    { protocol: 'udp', port: 54, target: 5354 },
  ]);
  expect(tell('tcp:22')).toEqual([{ protocol: 'tcp', port: 22, target: 22 }]);
});

test.for([
  ['sctp:1', 'no PROTOCOL:PORT[-LAST][:PORT]'],
  ['tcp:0', 'ports go from 1 to 65535'],
  ['tcp:65536', 'ports go from 1 to 65535'],
  ['tcp:1-2:65535', 'ports go from 1 to 65535'],
  ['tcp:9-8', 'the range ends before it begins'],
  ['tcp:1-9000', 'a VE can have 4096 ports'],
] as const)('"%s" is refused', ([text, problem]) => {
  expect(tell(text)).toBe(`forwards: ${text}: ${problem}`);
});

test('a port that is named twice is refused, but tcp and udp are two', () => {
  expect(tell('tcp:80', 'tcp:70-90')).toBe('forwards: tcp port 80 is named twice');
  expect(tell('tcp:80', 'udp:80')).toHaveLength(2);
  expect(tell('tcp:1-4000', 'udp:1-4000')).toBe('forwards: 8000 ports: a VE can have 4096');
});
