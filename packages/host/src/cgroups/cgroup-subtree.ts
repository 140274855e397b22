import { chown, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { readCgroupFile, writeCgroupFile } from './cgroup-files.ts';

/** One v2 group that a VE made, or the delegated one itself (path ''). */
export interface CgroupSubtreeEntry {
  /** Relative to the delegated group; parents come before their children. */
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Settings that differ from those of a new group, by file. */
  readonly values: Readonly<Record<string, string>>;
}

const ownedFiles = ['cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads'] as const;

/** What an init sets in groups of its own, with what a new group has. `cgroup.subtree_control` comes last: it needs the rest. */
const settings: readonly (readonly [file: string, fresh: string])[] = [
  ['cgroup.type', 'domain'],
  ['cgroup.max.depth', 'max'],
  ['cgroup.max.descendants', 'max'],
  ['cpu.weight', '100'],
  ['cpu.max', 'max 100000'],
  ['cpuset.cpus', ''],
  ['cpuset.mems', ''],
  ['io.weight', 'default 100'],
  ['memory.min', '0'],
  ['memory.low', '0'],
  ['memory.high', 'max'],
  ['memory.max', 'max'],
  ['memory.swap.max', 'max'],
  ['memory.oom.group', '0'],
  ['pids.max', 'max'],
  ['cgroup.subtree_control', ''],
];

/** The v2 groups at and below a directory. */
export const readSubtree = async (root: string): Promise<readonly CgroupSubtreeEntry[]> => {
  const entries: CgroupSubtreeEntry[] = [];
  const visit = async (path: string): Promise<void> => {
    const dir = join(root, path);
    const { uid, gid } = await lstat(dir);
    entries.push({ path, uid, gid, values: await readSettings(dir, path === '') });
    for (const entry of await readdir(dir, { withFileTypes: true }))
      if (entry.isDirectory()) await visit(path === '' ? entry.name : `${path}/${entry.name}`);
  };
  await visit('');
  return entries;
};

/** Limits of the delegated group itself are the host's; only which controllers it hands down is the VE's. */
const readSettings = async (dir: string, isTop: boolean): Promise<Readonly<Record<string, string>>> => {
  const values: Record<string, string> = {};
  for (const [file, fresh] of settings) {
    if (isTop && file !== 'cgroup.subtree_control') continue;
    const value = await readIfThere(join(dir, file));
    if (value !== null && value !== fresh) values[file] = value;
  }
  return values;
};

const readIfThere = async (path: string): Promise<string | null> => {
  try {
    return await readCgroupFile(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP')) return null;
    throw error;
  }
};

/** Makes the groups again, existing ones included, children after all settings of their parents. */
export const makeSubtree = async (root: string, entries: readonly CgroupSubtreeEntry[]): Promise<void> => {
  for (const { path, uid, gid, values } of entries) {
    const dir = join(root, path);
    await mkdir(dir, { recursive: true, mode: 0o755 });
    for (const [file, value] of Object.entries(values)) {
      // a controller that this host lacks is no reason to refuse the VE
      const text = file === 'cgroup.subtree_control' ? value.replaceAll(/(^| )(?=\S)/g, '$1+') : value;
      await writeCgroupFile(join(dir, file), text).catch((error: unknown) => {
        if (!hasErrorCode(error, 'ENOENT', 'EINVAL', 'EOPNOTSUPP', 'EACCES', 'EBUSY')) throw error;
      });
    }
    await chown(dir, uid, gid);
    for (const file of ownedFiles) {
      await chown(join(dir, file), uid, gid).catch((error: unknown) => {
        if (!hasErrorCode(error, 'ENOENT')) throw error;
      });
    }
  }
};
