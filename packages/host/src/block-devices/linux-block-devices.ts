import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readMountLines } from '../mounts/mount-table.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { BlockDevices } from './block-devices.ts';

/** By /proc/self/mountinfo and sysfs. */
export class LinuxBlockDevices implements BlockDevices {
  async below(path: string): Promise<readonly string[]> {
    const real = await realpath(path);
    const mounts = (await readMountLines()).filter(
      ({ target }) => real === target || real.startsWith(target === '/' ? '/' : `${target}/`),
    );
    // the innermost one; of several at one place the last one covers the others
    const mount = mounts.reduce<(typeof mounts)[number] | undefined>(
      (best, next) => (best === undefined || next.target.length >= best.target.length ? next : best),
      undefined,
    );
    if (mount === undefined || !mount.source.startsWith('/dev/')) return [];
    const source = await numberOf(mount.source);
    if (source === null) return [];
    const members = mount.type === 'btrfs' ? await btrfsMembers(source) : [];
    const disks = await Promise.all((members.length === 0 ? [source] : members).map(wholeDisk));
    return [...new Set(disks)].sort();
  }
}

/** `MAJOR:MINOR` of a device file; null when it is none. */
const numberOf = async (device: string): Promise<string | null> => {
  try {
    const stats = await stat(device);
    if (!stats.isBlockDevice()) return null;
    // makedev(3) of glibc, for numbers below 2^32
    const major = (stats.rdev >>> 8) & 0xfff;
    const minor = (stats.rdev & 0xff) | ((stats.rdev >>> 12) & 0xfff00);
    return `${major}:${minor}`;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/** A file system of several disks lists them all; mountinfo names one. */
const btrfsMembers = async (device: string): Promise<readonly string[]> => {
  const root = '/sys/fs/btrfs';
  for (const name of await readdir(root).catch(() => [])) {
    const devices = await readdir(join(root, name, 'devices')).catch(() => []);
    const numbers = await Promise.all(
      devices.map(async (disk) => (await readFile(join(root, name, 'devices', disk, 'dev'), 'utf8')).trim()),
    );
    if (numbers.includes(device)) return numbers;
  }
  return [];
};

const wholeDisk = async (number: string): Promise<string> => {
  const node = await realpath(`/sys/dev/block/${number}`);
  const isPartition = await readFile(join(node, 'partition')).then(
    () => true,
    () => false,
  );
  if (!isPartition) return number;
  const parent = join(node, '..');
  return (await readFile(join(parent, 'dev'), 'utf8').catch(() => number)).trim();
};
