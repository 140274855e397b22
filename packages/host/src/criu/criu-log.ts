import { textIfThere } from '../files/text-if-there.ts';

/** Errors that are shown, from the beginning and from the end: CRIU also calls errors what it goes on after. */
const shown = { first: 2, last: 2 } as const;

/** CRIU says this on every host where it is started with a hard limit below its wish, and goes on. */
const harmless = /Can't setup RLIMIT_NOFILE/;

/** What is said whatever went wrong. */
const general = /(?:FAILED\.|failed with -\d+)$/;

/** The errors in CRIU's log, without times and source lines: what went wrong, and what followed of it. */
export const criuErrors = async (path: string): Promise<string | null> => errorsIn(await textIfThere(path));

/** Pure. */
export function errorsIn(text: string): string | null {
  const all = [...text.matchAll(/^\([\d.]+\)\s+(?:\d+: )?Error \([^)]*\): (.*)$/gm)]
    .map((match) => match[1] ?? '')
    .filter((line) => !harmless.test(line));
  if (all.length === 0) return null;
  const specific = [...new Set(all.filter((line) => !general.test(line)))];
  const errors = specific.length === 0 ? all : specific;
  const last = errors.slice(Math.max(shown.first, errors.length - shown.last));
  return [...errors.slice(0, shown.first), ...last].join('; ');
}
