import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RawOutput } from './raw-output.ts';

const fed = (...pieces: readonly string[]) => {
  const output = new RawOutput();
  return Buffer.concat(pieces.map((piece) => output.feed(Buffer.from(piece)))).toString();
};

describe('the output of a terminal in a VE on a raw one of ours', () => {
  test('ends of lines stay, and a bare line feed moves straight down', () => {
    expect(fed('one\r\ntwo\n\nthree')).toBe('one\r\ntwo\v\vthree');
  });

  test('the carriage return may have come in the piece before', () => {
    expect(fed('one\r', '\ntwo', '\n')).toBe('one\r\ntwo\v');
    expect(fed('\r', '', '\n')).toBe('\r\n');
  });

  test('how the bytes are cut makes no difference, and nothing else is touched', () => {
    const text = fc.array(fc.constantFrom('a', '\r', '\n', 'é')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(text), (pieces) => {
        const whole = pieces.join('');
        expect(fed(...pieces)).toBe(fed(whole));
        expect(fed(whole).replaceAll('\v', '\n')).toBe(whole);
      }),
    );
  });
});
