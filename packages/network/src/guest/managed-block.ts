const beginMarker = '# --- insula ---';
const endMarker = '# --- end of insula ---';

/**
 * Puts a block of lines into a text file that people edit too: what stands outside the markers is kept as it is. The block stays
 * where it was, else it comes last. An empty block takes it out. A marker without its partner is only a line to drop, never a
 * reason to lose what follows it.
 *
 * @param existing the file's text; null when there is none
 * @param block lines without markers; the last line end may be missing
 */
export function mergeManagedBlock(existing: string | null, block: string): string {
  const lines = (existing ?? '').split('\n');
  // a text that ends its last line leaves an empty string behind it
  if (lines.at(-1) === '') lines.pop();

  const kept: string[] = [];
  let position: number | null = null;
  let opened: number | null = null;
  for (const line of lines) {
    const text = line.trim();
    if (text === beginMarker) {
      opened = kept.length;
    } else if (text === endMarker) {
      if (opened !== null) {
        kept.length = opened;
        position ??= opened;
      }
      opened = null;
    } else {
      kept.push(line);
    }
  }

  const managed = block === '' ? [] : [beginMarker, ...block.replace(/\n$/, '').split('\n'), endMarker];
  const at = position ?? kept.length;
  const merged = [...kept.slice(0, at), ...managed, ...kept.slice(at)];
  return merged.length === 0 ? '' : `${merged.join('\n')}\n`;
}
