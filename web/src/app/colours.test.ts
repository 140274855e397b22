import { describe, expect, test } from 'vitest';
import { dark, light, night, type Palette, red, teal } from './colours.ts';

/** Of a colour in hexadecimal digits, as WCAG 2 has it. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

/** What WCAG AA asks of text. */
const enough = 4.5;

describe.each([
  ['light', light],
  ['dark', night],
] as const)('the colours of the %s scheme', (_scheme, palette: Palette) => {
  // dark cards have a shade of their own
  const card = palette === night ? (dark[6] ?? '') : palette.body;
  const onPage = ['dimmed', 'placeholder', 'disabledText', 'ok', 'warn', 'bad', 'info', 'idle'] as const;

  test.each(onPage)('let %s be read on the page and in its frames', (name) => {
    for (const ground of [palette.body, card])
      expect(contrast(palette[name], ground)).toBeGreaterThanOrEqual(enough);
    // a placeholder stands in a field, which has the colour of the body
    if (name !== 'placeholder')
      expect(contrast(palette[name], palette.canvas)).toBeGreaterThanOrEqual(enough);
  });

  test('let what cannot be done be read on its own ground, and yet be told from what can', () => {
    expect(contrast(palette.disabledText, palette.disabled)).toBeGreaterThanOrEqual(enough);
    const text = palette === night ? (dark[0] ?? '') : '#000000';
    expect(contrast(palette.disabledText, palette.body)).toBeLessThan(contrast(text, palette.body) / 2);
  });
});

test('white can be read on the shades of buttons', () => {
  for (const shade of [teal[6], teal[7], red[6], red[7]])
    expect(contrast('#ffffff', shade ?? '')).toBeGreaterThanOrEqual(enough);
});

test('contrast is that of WCAG', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
