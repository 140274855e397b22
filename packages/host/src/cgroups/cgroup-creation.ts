import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeGroup, readCgroupFile, writeCgroupFile } from './cgroup-files.ts';

/** Makes a group, and those above it, in a v1 hierarchy. */
export const createLegacy = async (root: string, parts: readonly string[]): Promise<void> => {
  const isCpuset = existsSync(join(root, 'cpuset.cpus'));
  let parent = root;
  for (const part of parts) {
    const dir = join(parent, part);
    await makeGroup(dir);
    if (isCpuset) await inheritCpuset(dir, parent);
    parent = dir;
  }
};

/** A cpuset without processors or memory takes no processes: it begins with its parent's. */
const inheritCpuset = async (dir: string, parent: string): Promise<void> => {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if ((await readCgroupFile(join(dir, file))) !== '') continue;
    await writeCgroupFile(join(dir, file), await readCgroupFile(join(parent, file)));
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
  if (wanted.length === 0) return;
  const words = async (file: string): Promise<readonly string[]> =>
    (await readCgroupFile(join(dir, file))).split(/\s+/).filter((word) => word !== '');
  const available = await words('cgroup.controllers');
  const enabled = await words('cgroup.subtree_control');
  const missing = wanted.filter((name) => available.includes(name) && !enabled.includes(name));
  if (missing.length === 0) return;
  await writeCgroupFile(join(dir, 'cgroup.subtree_control'), missing.map((name) => `+${name}`).join(' '));
};
