import { visibleText } from '../../../parts/visible-text.ts';

/** As `visibleText`, for text of several lines: line feeds and tabs do what they do. */
export function visibleLines(words: string): string {
  return words
    .split('\n')
    .map((line) => line.split('\t').map(visibleText).join('\t'))
    .join('\n');
}
