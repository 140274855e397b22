import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

describe('words of a VE', () => {
  test('that are plain stay as they are, in any script', () => {
    for (const words of ['nginx.conf', 'שלום', '日本 語', '👩‍🚀'.replace('\u200d', ''), '<b>'])
      expect(visibleText(words)).toBe(words);
  });

  test('show what they would hide', () => {
    expect(visibleText('a\nb')).toBe('a⟨U+000A⟩b');
    expect(visibleText('exe.\u202egnp')).toBe('exe.⟨U+202E⟩gnp');
    expect(visibleText('\u007f\u200b')).toBe('⟨U+007F⟩⟨U+200B⟩');
  });

  test('never hold a line feed or a mark of direction afterwards', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x2fff })), (codes) => {
        const shown = visibleText(String.fromCharCode(...codes));
        return !/[\n\r\t\u202a-\u202e\u2066-\u2069\u200e\u200f]/u.test(shown);
      }),
    );
  });
});
