import { readFile, realpath } from 'node:fs/promises';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { MountEntry } from './mounts.ts';

/** The kernel writes blank, tab, line end and backslash as three octal digits. */
const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_match, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );

/** A line of the mount table with the options of the file system itself. */
export interface MountLine extends MountEntry {
  readonly superOptions: string;
}

/**
 * Parses /proc/PID/mountinfo (proc_pid_mountinfo(5)), in mount order. Paths are bytes to the kernel: give the file as latin1 and
 * names come out as UTF-8 again.
 */
export const parseMountTable = (text: string): readonly MountLine[] => {
  const entries: MountLine[] = [];
  for (const line of text.split('\n')) {
    const [left, right] = line.split(' - ', 2);
    const [, , , root, target] = left?.split(' ') ?? [];
    const [type, source, superOptions] = right?.split(' ') ?? [];
    if (root === undefined || target === undefined || type === undefined || source === undefined) continue;
    const decode = (field: string): string => Buffer.from(unescapeOctal(field), 'latin1').toString('utf8');
    const entry = { target: decode(target), type, source: decode(source), root: decode(root) };
    entries.push({ ...entry, superOptions: superOptions ?? '' });
  }
  return entries;
};

/** The path without links; the path itself where it does not exist. */
const canonical = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return path;
    throw error;
  }
};

export const readMountLines = async (): Promise<readonly MountLine[]> =>
  parseMountTable(await readFile('/proc/self/mountinfo', 'latin1'));

/** Mounts at or below a directory, in mount order. */
export const mountsBelow = async (dir: string): Promise<readonly MountEntry[]> => {
  const root = await canonical(dir);
  const prefix = root === '/' ? '/' : `${root}/`;
  const table = await readMountLines();
  return table
    .filter((entry) => entry.target === root || entry.target.startsWith(prefix))
    .map(({ superOptions: _superOptions, ...entry }) => entry);
};
