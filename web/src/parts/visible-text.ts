/**
 * Characters that show nothing or change how others are shown: controls, marks of direction and their isolates, zero widths, line and
 * paragraph separators, the byte order mark.
 */
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Words of a VE with everything in them to be seen: a line feed is ⟨U+000A⟩. */
export function visibleText(words: string): string {
  return words.replace(
    unseen,
    (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
