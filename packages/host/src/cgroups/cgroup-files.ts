import { constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode, withPath } from '../syscalls/system-error.ts';

/** Dying processes keep a group busy for a moment after they left its list. */
const busyRetryMs = 2_000;

/** kernfs answers from memory, so that reading synchronously costs a tenth of the trips to a worker thread. */
export const readCgroupFile = async (path: string): Promise<string> => {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    throw withPath(error, path);
  }
};

/** One write(2) of the whole value: the kernel takes each write as a command. */
export const writeCgroupFile = async (path: string, value: string): Promise<void> => {
  try {
    // neither created nor truncated, and not readable: kernfs refuses to open write-only files for reading
    const handle = await open(path, constants.O_WRONLY);
    try {
      await handle.write(value);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw withPath(error, path, `value ${JSON.stringify(value)}`);
  }
};

/** False when it was there already. */
export const makeGroup = async (path: string): Promise<boolean> => {
  if (existsSync(path)) return false;
  try {
    await mkdir(path, 0o755);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
};

/** The group and all below it, parents first; empty when it does not exist. */
export const groupTree = async (path: string): Promise<readonly string[]> => {
  if (!existsSync(path)) return [];
  const found: string[] = [];
  const pending = [path];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    try {
      const entries = readdirSync(dir, { withFileTypes: true });
      found.push(dir);
      for (const entry of entries) {
        if (entry.isDirectory()) pending.push(join(dir, entry.name));
      }
    } catch (error) {
      // ENODEV: removed between opening and reading
      if (!hasErrorCode(error, 'ENOENT', 'ENODEV')) throw error;
    }
  }
  return found;
};

const removeGroup = async (path: string): Promise<void> => {
  const deadline = Date.now() + busyRetryMs;
  for (let delay = 1; ; delay = Math.min(delay * 2, 50)) {
    try {
      await rmdir(path);
      return;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return;
      if (!hasErrorCode(error, 'EBUSY') || Date.now() > deadline) throw withPath(error, path);
    }
    await sleep(delay);
  }
};

/** Removes a group and all below it, children first. */
export const removeGroupTree = async (path: string): Promise<void> => {
  const groups = await groupTree(path);
  for (const group of groups.toReversed()) await removeGroup(group);
};

/** Pids of one hierarchy's group and all below it. */
export const pidsBelow = async (path: string): Promise<readonly number[]> => {
  const pids: number[] = [];
  for (const group of await groupTree(path)) {
    try {
      const text = readFileSync(join(group, 'cgroup.procs'), 'utf8');
      // 0 stands for a process of a pid namespace we do not see into
      for (const line of text.split('\n')) if (line !== '' && line !== '0') pids.push(Number(line));
    } catch (error) {
      // EOPNOTSUPP: a threaded group, whose processes its domain's group lists
      if (!hasErrorCode(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP', 'ENOTSUP')) throw error;
    }
  }
  return pids;
};

/** One key of a flat keyed file such as cgroup.events ('populated 1'). */
export const keyedValue = (text: string, key: string): string | null => {
  for (const line of text.split('\n')) {
    const [name, value] = line.split(' ');
    if (name === key && value !== undefined) return value;
  }
  return null;
};
