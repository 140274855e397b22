import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMountLines } from '../mounts/mount-table.ts';
import type { CgroupHierarchies } from './cgroups.ts';

export interface CgroupSources {
  /** /proc/self/mountinfo as lines of {target, type, superOptions}. */
  readonly mounts: readonly {
    readonly target: string;
    readonly type: string;
    readonly superOptions: string;
  }[];
  /** Names of the first column of /proc/cgroups. */
  readonly kernelControllers: readonly string[];
  /** Content of cgroup.controllers at the root of the v2 tree. */
  readonly unifiedControllers: readonly string[];
}

/** Names of /proc/cgroups (its first line is a heading). */
export const parseKernelControllers = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t')[0] ?? '');

/** Works out the layout from what is mounted. A hierarchy mounted twice counts where it was mounted first. */
export const hierarchiesOf = (sources: CgroupSources): CgroupHierarchies => {
  const legacyRoots: Record<string, string> = {};
  for (const mount of sources.mounts) {
    if (mount.type !== 'cgroup') continue;
    const names = mount.superOptions
      .split(',')
      .filter((option) => option.startsWith('name=') || sources.kernelControllers.includes(option));
    for (const name of names) legacyRoots[name] ??= mount.target;
  }
  const unifiedRoot = sources.mounts.find((mount) => mount.type === 'cgroup2')?.target ?? null;
  const legacyNames = Object.keys(legacyRoots);
  const layout = unifiedRoot === null ? 'v1' : legacyNames.length === 0 ? 'v2' : 'hybrid';
  const controllers = [
    ...legacyNames.filter((name) => !name.startsWith('name=')),
    ...sources.unifiedControllers,
  ];
  return { layout, unifiedRoot, legacyRoots, controllers: [...new Set(controllers)].sort() };
};

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

export const detectHierarchies = async (): Promise<CgroupHierarchies> => {
  const mounts = await readMountLines();
  const unifiedRoot = mounts.find((mount) => mount.type === 'cgroup2')?.target;
  return hierarchiesOf({
    mounts,
    // kernels without any v1 support lack the file
    kernelControllers: parseKernelControllers(await readFile('/proc/cgroups', 'utf8').catch(() => '')),
    unifiedControllers:
      unifiedRoot === undefined ? [] : words(await readFile(join(unifiedRoot, 'cgroup.controllers'), 'utf8')),
  });
};
