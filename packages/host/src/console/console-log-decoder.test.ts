import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConsoleLogDecoder } from './console-log-decoder.ts';

/** What conmon writes for one read of the terminal. */
const encode = (read: Uint8Array): Buffer => {
  const prefix = '2026-11-21T21:23:07.010758082+00:00 stdout ';
  const parts: Buffer[] = [];
  let rest = Buffer.from(read);
  while (rest.length > 0) {
    const end = rest.indexOf(0x0a);
    const line = end < 0 ? rest : rest.subarray(0, end + 1);
    parts.push(Buffer.from(`${prefix}${end < 0 ? 'P' : 'F'} `), line, Buffer.from(end < 0 ? '\n' : ''));
    rest = rest.subarray(line.length);
  }
  return Buffer.concat(parts);
};

const split = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((place, index) => bytes.subarray(place, places[index] ?? bytes.length));
};

const terminalByte = fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x20, 0x1b), fc.integer({ min: 0, max: 255 }));
const read = fc.array(terminalByte, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes));

test('whatever the terminal gave and however the log is cut, the same bytes come back', () => {
  fc.assert(
    fc.property(fc.array(read, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 6 }), (reads, cuts) => {
      const decoder = new ConsoleLogDecoder();
      const log = Buffer.concat(reads.map(encode));
      const decoded = Buffer.concat(split(log, cuts).map((chunk) => decoder.decode(chunk)));
      expect(decoded.equals(Buffer.concat(reads))).toBe(true);
    }),
  );
});

test('a line that is not of the log is left out', () => {
  const decoder = new ConsoleLogDecoder();
  expect(decoder.decode(Buffer.from('cut off at the front\n2026 stdout F kept\n\n')).toString()).toBe(
    'kept\n',
  );
});

test('a cut line is forgotten when a new file begins', () => {
  const decoder = new ConsoleLogDecoder();
  decoder.decode(Buffer.from('2026 stdout P lost'));
  decoder.reset();
  expect(decoder.decode(Buffer.from('2026 stdout P new\n')).toString()).toBe('new');
});
