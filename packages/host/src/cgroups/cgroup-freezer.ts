import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import { groupTree, keyedValue, readCgroupFile, writeCgroupFile } from './cgroup-files.ts';

/** Directories of one group where it may be frozen: in the v2 tree (Linux 5.2) and by the v1 freezer. */
export interface Freezers {
  readonly unified: string | null;
  readonly legacy: string | null;
}

const readIfExists = async (dir: string | null, file: string): Promise<string | null> => {
  if (dir === null) return null;
  try {
    return await readCgroupFile(join(dir, file));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENODEV')) return null;
    throw error;
  }
};

const isUnifiedFrozen = async (dir: string | null): Promise<boolean> =>
  keyedValue((await readIfExists(dir, 'cgroup.events')) ?? '', 'frozen') === '1';

const isLegacyFrozen = async (dir: string | null): Promise<boolean> =>
  (await readIfExists(dir, 'freezer.state')) === 'FROZEN';

export const isGroupFrozen = async (freezers: Freezers): Promise<boolean> =>
  (await isUnifiedFrozen(freezers.unified)) || (await isLegacyFrozen(freezers.legacy));

/**
 * Freezes in the v2 tree when the group's processes are there, else by the v1 freezer. The v1 freezer may stay in FREEZING until
 * it is written again, so that every look is preceded by a write.
 */
export const freezeGroup = async (
  freezers: Freezers,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const events = await readIfExists(freezers.unified, 'cgroup.events');
  const inUnified = events !== null && (keyedValue(events, 'populated') === '1' || freezers.legacy === null);
  const dir = inUnified ? freezers.unified : freezers.legacy;
  if (dir === null) throw new SystemError({ code: 'ENOENT', errno: 2, syscall: 'freeze', path });
  const freeze = async (): Promise<boolean> => {
    await writeCgroupFile(
      join(dir, inUnified ? 'cgroup.freeze' : 'freezer.state'),
      inUnified ? '1' : 'FROZEN',
    );
    return inUnified ? await isUnifiedFrozen(dir) : await isLegacyFrozen(dir);
  };
  try {
    signal?.throwIfAborted();
    for (let delay = 1; !(await freeze()); delay = Math.min(delay * 2, 20)) {
      await sleep(delay);
      signal?.throwIfAborted();
    }
  } catch (error) {
    await thawGroup(freezers);
    throw error;
  }
};

/** Thaws wherever the group may be frozen; a missing group is fine. */
export const thawGroup = async (freezers: Freezers): Promise<void> => {
  if ((await readIfExists(freezers.unified, 'cgroup.freeze')) === '1') {
    await writeCgroupFile(join(freezers.unified ?? '', 'cgroup.freeze'), '0');
  }
  const state = await readIfExists(freezers.legacy, 'freezer.state');
  if (state !== null && state !== 'THAWED') {
    await writeCgroupFile(join(freezers.legacy ?? '', 'freezer.state'), 'THAWED');
  }
};

/** Thaws a group and all below it: a process that the v1 freezer holds, in whichever group, does not even die. */
export const thawTree = async (freezers: Freezers): Promise<void> => {
  await thawGroup(freezers);
  if (freezers.legacy === null) return;
  for (const legacy of await groupTree(freezers.legacy)) await thawGroup({ unified: null, legacy });
};
