import { readFile } from 'node:fs/promises';
import { hasErrorCode } from '../syscalls/system-error.ts';

const shown = 3;

/** CRIU says this on every host where it is started with a hard limit below its wish, and goes on. */
const harmless = /Can't setup RLIMIT_NOFILE/;

/** The first errors in CRIU's log, without times and source lines: what went wrong comes first, what follows of it later. */
export const criuErrors = async (path: string): Promise<string | null> => {
  const text = await readLog(path);
  const errors = [...text.matchAll(/^\([\d.]+\)\s+(?:\d+: )?Error \([^)]*\): (.*)$/gm)]
    .map((match) => match[1] ?? '')
    .filter((line) => !harmless.test(line));
  return errors.length === 0 ? null : errors.slice(0, shown).join('; ');
};

const readLog = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return '';
    throw error;
  }
};
