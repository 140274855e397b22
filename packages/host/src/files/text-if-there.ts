import { readFile } from 'node:fs/promises';
import { hasErrorCode } from '../syscalls/system-error.ts';

/** What another program has written, or '' while there is no such file. */
export const textIfThere = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return '';
    throw error;
  }
};
