import { expect, test } from 'vitest';
import { parseBlkio, parseIoStat, parseKeyed, parseLimit, parsePressure } from './parse-group.ts';

test('a flat keyed file is read by its keys', () => {
  const values = parseKeyed('usage_usec 12\nuser_usec 7\n\nodd');
  expect([...values]).toEqual([
    ['usage_usec', 12],
    ['user_usec', 7],
  ]);
});

test('of pressure the totals count, and a kernel without full has none', () => {
  const some = 'some avg10=0.00 avg60=1.20 avg300=0.00 total=4711\n';
  expect(parsePressure(`${some}full avg10=0.00 avg60=0.00 avg300=0.00 total=42\n`)).toEqual({
    some: 4711,
    full: 42,
  });
  expect(parsePressure(some)).toEqual({ some: 4711, full: 0 });
  expect(parsePressure('')).toEqual({ some: 0, full: 0 });
});

test('io.stat has a line for each device, and lines without counters', () => {
  const text = '8:0 rbytes=100 wbytes=200 rios=3 wios=4 dbytes=0 dios=0\n7:1 \n259:0 rbytes=1 wios=2\n';
  expect(parseIoStat(text)).toEqual([
    { device: '8:0', readBytes: 100, writeBytes: 200, reads: 3, writes: 4 },
    { device: '7:1', readBytes: 0, writeBytes: 0, reads: 0, writes: 0 },
    { device: '259:0', readBytes: 1, writeBytes: 0, reads: 0, writes: 2 },
  ]);
});

test('the two files of blkio are joined by device, without their totals', () => {
  const bytes = '8:0 Read 100\n8:0 Write 200\n8:0 Sync 0\n8:0 Total 300\nTotal 300\n';
  expect(parseBlkio(bytes, '8:0 Read 3\n8:0 Write 4\n8:0 Total 7\nTotal 7\n')).toEqual([
    { device: '8:0', readBytes: 100, writeBytes: 200, reads: 3, writes: 4 },
  ]);
  expect(parseBlkio('Total 0\n', 'Total 0\n')).toEqual([]);
});

test('what stands for no limit is none', () => {
  expect(['max', '-1', '', '9223372036854771712'].map(parseLimit)).toEqual([null, null, null, null]);
  expect(parseLimit('67108864')).toBe(67_108_864);
});
