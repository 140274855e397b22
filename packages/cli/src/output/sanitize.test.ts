import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { singleLine, TerminalFilter } from './sanitize.ts';

const introducer = '\u001b';
const colours = new RegExp(`${introducer}\\[[0-9;:]*m`, 'gu');
const filtered = (text: string) => new TerminalFilter().feed(text);

describe('the output of a VE on a terminal', () => {
  test('text, tabs, line ends and colours come through', () => {
    const text = 'plain\tzwei\r\n\u001b[1;31mred\u001b[0m 日本 \u001b[38;5;200mx\n';
    expect(filtered(text)).toBe(text);
  });

  test('titles, cursor movement, reports and character sets do not', () => {
    expect(filtered('a\u001b]0;title\u0007b')).toBe('ab');
    expect(filtered('a\u001b]52;c;ZXZpbA==\u001b\\b')).toBe('ab');
    expect(filtered('a\u001b[2J\u001b[10;10Hb')).toBe('ab');
    expect(filtered('a\u001b[6n\u001b[cb')).toBe('ab');
    expect(filtered('a\u001b(0b\u001bcd')).toBe('abd');
    expect(filtered('a\u009b2Jb\u009d0;x\u009cc')).toBe('abc');
    expect(filtered('a\u001bP+q544e\u001b\\b')).toBe('ab');
    expect(filtered('bell\u0007 back\b')).toBe('bell back');
  });

  test('a sequence may be cut anywhere', () => {
    const text = 'a\u001b]0;title\u0007b\u001b[31mred\u001b[0m\u001b[2Jc\u001bP1\u001b\\d\r\n';
    const whole = filtered(text);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        const filter = new TerminalFilter();
        const points = [0, ...[...cuts].sort((a, b) => a - b), text.length];
        const pieces = points.slice(1).map((end, index) => filter.feed(text.slice(points[index], end)));
        expect(pieces.join('')).toBe(whole);
      }),
    );
  });

  test('no text of any kind leaves an escape that is not a colour', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('\u001b', '\u001b[', '\u009b', '\u001b]', '1;2', 'm', 'H', '\u0007'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const left = filtered(pieces.join('')).replaceAll(colours, '');
        expect(left).not.toMatch(/[^\P{Cc}\n\r\t]/u);
      }),
    );
  });
});

describe('a single line', () => {
  test('has no control characters whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(singleLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
