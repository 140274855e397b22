import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfText, mostTextBytes, textContentOf } from './text-content.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a file as text', () => {
  test('is told from what is none', () => {
    expect(textContentOf(bytes('a\n'))).toEqual({ kind: 'text', text: 'a\n', lineEnd: '\n' });
    expect(textContentOf(bytes('a\r\nb'))).toEqual({ kind: 'text', text: 'a\nb', lineEnd: '\r\n' });
    expect(textContentOf(bytes('a\r\nb\n')).kind).toBe('mixed');
    expect(textContentOf(bytes('a\rb')).kind).toBe('mixed');
    expect(textContentOf(bytes('a\0')).kind).toBe('binary');
    expect(textContentOf(new Uint8Array([0xff, 0xfe])).kind).toBe('binary');
    expect(textContentOf(new Uint8Array(mostTextBytes + 1)).kind).toBe('large');
  });

  test('that nobody changed is written as it was, to the byte', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('\n', '\r\n', 'a', '\ufeff', 'ü')), (pieces) => {
        const before = bytes(pieces.join(''));
        const content = textContentOf(before);
        if (content.kind === 'text') expect(bytesOfText(content.text, content.lineEnd)).toEqual(before);
      }),
    );
  });
});
