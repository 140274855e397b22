import stringWidth from 'string-width';

/** Columns that a text takes on a terminal. Most text is ASCII, for which that is its length. */
export function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

/** The text with spaces up to a width. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? spaces + text : text + spaces;
}

const segmenter = new Intl.Segmenter();

/** The beginning of a text that fits a width; where something was cut off it ends in `…` (or `~`). */
export function cut(text: string, width: number, { unicode }: { readonly unicode: boolean }): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = widthOf(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}${unicode ? '…' : '~'}`;
}
