/** Pages in a row, by number: of a process's address space, or of a page image. */
export interface PageRange {
  readonly first: number;
  readonly count: number;
}

export const pageBytes = 4096;

/** Reserved address space of programs that never use most of it: to look which pages are there would take longer than to send them. */
const largestMapping = 68_719_476_736 / pageBytes;

/** Private mappings in /proc/PID/maps (proc_pid_maps(5)) that can be read and hold memory of the process's own. */
export function privateMappings(maps: string): readonly PageRange[] {
  return maps.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) r[w-][x-]p \S+ \S+ \S+\s*(.*)$/.exec(line);
    if (match === null || /^\[(?:vvar|vdso|vsyscall|vvar_vclock)\]/.test(match[3] ?? '')) return [];
    const [start, end] = [Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16)];
    const range = { first: start / pageBytes, count: (end - start) / pageBytes };
    return range.count > largestMapping ? [] : [range];
  });
}

/** Bits 63 and 61 of an entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst), in its last byte. */
const present = 0x80;
const ofFile = 0x20;

/** The pages that are in memory and no file's, from the entries of /proc/PID/pagemap that begin with a page. */
export function anonymousRanges(entries: Buffer, first: number): readonly PageRange[] {
  const ranges: { first: number; count: number }[] = [];
  for (let index = 0; index * 8 + 7 < entries.length; index += 1) {
    const flags = entries[index * 8 + 7] ?? 0;
    if ((flags & present) === 0 || (flags & ofFile) !== 0) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.first + last.count === first + index) last.count += 1;
    else ranges.push({ first: first + index, count: 1 });
  }
  return ranges;
}

/** Pages of a process, and where in a copy they are. */
export interface CopiedRange extends PageRange {
  readonly offset: number;
}

/** The part of a range, from its beginning, that lies wholly in or wholly outside of what was copied. `copied` is in order. */
export function leadingPart(
  range: PageRange,
  copied: readonly CopiedRange[],
): { readonly count: number; readonly offset: number | null } {
  let low = 0;
  let high = copied.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { first, count } = copied[middle] ?? range;
    if (first + count <= range.first) low = middle + 1;
    else high = middle;
  }
  const next = copied[low];
  if (next === undefined) return { count: range.count, offset: null };
  if (next.first > range.first)
    return { count: Math.min(range.count, next.first - range.first), offset: null };
  const skipped = range.first - next.first;
  return { count: Math.min(range.count, next.count - skipped), offset: next.offset + skipped * pageBytes };
}
