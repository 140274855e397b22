import { join } from 'node:path';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { makeGroup, readCgroupFile, writeCgroupFile } from './cgroup-files.ts';

const readIfExists = async (path: string): Promise<string | null> => {
  try {
    return await readCgroupFile(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/** Makes a group, and those above it, in a v1 hierarchy. */
export const createLegacy = async (root: string, parts: readonly string[]): Promise<void> => {
  let parent = root;
  for (const part of parts) {
    const dir = join(parent, part);
    await makeGroup(dir);
    // a cpuset without processors or memory takes no processes: begin with the parent's
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const value = await readIfExists(join(dir, file));
      if (value === '') await writeCgroupFile(join(dir, file), await readCgroupFile(join(parent, file)));
    }
    parent = dir;
  }
};

/** Makes a group, and those above it, in the v2 tree, with the controllers enabled for it. */
export const createUnified = async (
  root: string,
  parts: readonly string[],
  wanted: readonly string[],
): Promise<void> => {
  let parent = root;
  for (const part of parts) {
    await enableControllers(parent, wanted);
    const dir = join(parent, part);
    await makeGroup(dir);
    parent = dir;
  }
};

const enableControllers = async (dir: string, wanted: readonly string[]): Promise<void> => {
  const words = async (file: string): Promise<readonly string[]> =>
    (await readCgroupFile(join(dir, file))).split(/\s+/).filter((word) => word !== '');
  const available = await words('cgroup.controllers');
  const enabled = await words('cgroup.subtree_control');
  const missing = wanted.filter((name) => available.includes(name) && !enabled.includes(name));
  if (missing.length === 0) return;
  await writeCgroupFile(join(dir, 'cgroup.subtree_control'), missing.map((name) => `+${name}`).join(' '));
};
