import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DetachKeys } from './detach-keys.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('leaving a console', () => {
  test('Ctrl-] q leaves, and what was typed before still arrives', () => {
    const { bytes: passed, detach } = new DetachKeys().feed(bytes('ls\r\u001dqrest'));
    expect(passed.toString()).toBe('ls\r');
    expect(detach).toBe(true);
  });

  test('the two keys may come apart', () => {
    const keys = new DetachKeys();
    expect(keys.feed(bytes('\u001d'))).toEqual({ bytes: Buffer.alloc(0), detach: false });
    expect(keys.feed(bytes('q')).detach).toBe(true);
  });

  test('Ctrl-] twice is one, and before another key both are passed on', () => {
    expect(new DetachKeys().feed(bytes('\u001d\u001d')).bytes).toEqual(bytes('\u001d'));
    expect(new DetachKeys().feed(bytes('\u001dx')).bytes).toEqual(bytes('\u001dx'));
  });

  test('without Ctrl-] every byte passes unchanged, however it is cut', () => {
    const pieces = fc.array(fc.uint8Array().map((piece) => piece.filter((byte) => byte !== 0x1d)));
    fc.assert(
      fc.property(pieces, (given) => {
        const keys = new DetachKeys();
        const passed = given.map((piece) => keys.feed(piece).bytes);
        expect(Buffer.concat(passed)).toEqual(Buffer.concat(given));
      }),
    );
  });
});
