import { chownSync, lstatSync, readdirSync } from 'node:fs';
import { chown, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { readCgroupFile, writeCgroupFile } from './cgroup-files.ts';

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** One v2 group that a VE made, or the delegated one itself (path ''). */
export interface CgroupSubtreeEntry extends Owner {
  /** Relative to the delegated group; parents come before their children. */
  readonly path: string;
  /**
   * Of its files: whoever made the group, while the group itself may have been handed on. The delegated one has none: its files are the
   * host's. Those of an earlier version have none either; then they are taken for the group's owner.
   */
  readonly fileOwner?: Owner;
  /** Of files that belong to somebody else, by name. */
  readonly otherOwners?: Readonly<Record<string, Owner>>;
  /** Settings that differ from those of a new group, by file. */
  readonly values: Readonly<Record<string, string>>;
}

/** What the owner of a delegated v2 group needs (Documentation/admin-guide/cgroup-v2.rst, "Delegation"); limits stay ours. */
export const delegatedFiles = ['cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads'] as const;

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
    const isTop = path === '';
    const { uid, gid } = await lstat(dir);
    const owners = isTop ? {} : readFileOwners(dir);
    entries.push({ path, uid, gid, ...owners, values: await readSettings(dir, isTop) });
    for (const entry of await readdir(dir, { withFileTypes: true }))
      if (entry.isDirectory()) await visit(path === '' ? entry.name : `${path}/${entry.name}`);
  };
  await visit('');
  return entries;
};

/** Synchronously, as is the way back: it is a call of some microseconds for each of some thousand files, while a VE stands still. */
const readFileOwners = (dir: string): Pick<CgroupSubtreeEntry, 'fileOwner' | 'otherOwners'> => {
  const owners = filesOf(dir).map((file) => {
    const { uid, gid } = lstatSync(join(dir, file));
    return [file, { uid, gid }] as const;
  });
  // one that is of no use to whoever a group is handed on to
  const fileOwner = owners.find(([file]) => file === 'cgroup.events')?.[1];
  if (fileOwner === undefined) return {};
  const others = owners.filter(([, { uid, gid }]) => uid !== fileOwner.uid || gid !== fileOwner.gid);
  return { fileOwner, ...(others.length === 0 ? {} : { otherOwners: Object.fromEntries(others) }) };
};

const filesOf = (dir: string): readonly string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));

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
  for (const entry of entries) {
    const { path, uid, gid, values } = entry;
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
    giveFiles(dir, entry);
  }
};

/** A VE that could not write to files of groups which it made could neither limit nor freeze what is in them. */
const giveFiles = (
  dir: string,
  { path, uid, gid, fileOwner = { uid, gid }, otherOwners = {} }: CgroupSubtreeEntry,
): void => {
  const isTop = path === '';
  const files = filesOf(dir).filter((file) => !isTop || delegatedFiles.some((name) => name === file));
  for (const file of files) {
    const owner = isTop ? { uid, gid } : (otherOwners[file] ?? fileOwner);
    chownSync(join(dir, file), owner.uid, owner.gid);
  }
};
