import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openProcess, sendSignal } from '../syscalls/pidfd-calls.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { writeCgroupFile } from './cgroup-files.ts';

const sigkill = 9;

export interface KillTask {
  /** cgroup.kill (Linux 5.14) of the v2 group, which also catches processes that fork; null without a v2 tree. */
  readonly killFile: string | null;
  /** Whether the v2 group has processes; one small read, where listing them asks every hierarchy. */
  readonly isPopulated: () => Promise<boolean>;
  readonly processes: () => Promise<readonly number[]>;
  readonly thaw: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

const openIfExists = (pid: number): number | null => {
  try {
    return openProcess(pid);
  } catch (error) {
    if (hasErrorCode(error, 'ESRCH', 'EINVAL')) return null;
    throw error;
  }
};

/** Kills those that are still in the group once a descriptor holds them, so that a reused pid is never hit. */
const killOneByOne = async (task: KillTask): Promise<void> => {
  const held = new Map<number, number>();
  try {
    for (const pid of await task.processes()) {
      const pidfd = openIfExists(pid);
      if (pidfd !== null) held.set(pid, pidfd);
    }
    for (const pid of await task.processes()) {
      const pidfd = held.get(pid);
      if (pidfd === undefined) continue;
      try {
        sendSignal(pidfd, sigkill);
      } catch (error) {
        if (!hasErrorCode(error, 'ESRCH')) throw error;
      }
    }
  } finally {
    for (const pidfd of held.values()) closeSync(pidfd);
  }
};

/** False where there is no such file. */
const killAtOnce = async (killFile: string | null): Promise<boolean> => {
  try {
    if (killFile !== null) await writeCgroupFile(killFile, '1');
    return killFile !== null;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENODEV')) throw error;
    return false;
  }
};

/** Kills every process of a group until none is left. A group frozen by the v1 freezer dies only once thawed. */
export const killGroup = async (task: KillTask): Promise<void> => {
  for (let delay = 1; ; delay = Math.min(delay * 1.5, 100)) {
    task.signal?.throwIfAborted();
    const isPopulated = await task.isPopulated();
    if (!isPopulated && (await task.processes()).length === 0) return;
    // those that are only in v1 groups are found there
    if (!isPopulated || !(await killAtOnce(task.killFile))) await killOneByOne(task);
    await task.thaw();
    await sleep(delay);
  }
};
