import { dirname, join } from 'node:path';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { readCgroupFile, writeCgroupFile } from './cgroup-files.ts';

/**
 * Sets a list of a v2 cpuset. None at all means that of the group above, but once a group has had one, and processes, the kernel
 * refuses to be told so (ENOSPC; validate_change, kernel/cgroup/cpuset.c): it gets what the group above has then.
 */
export const writeUnifiedCpuset = async (dir: string, file: string, value: string): Promise<void> => {
  try {
    await writeCgroupFile(join(dir, file), value === '' ? '\n' : value);
  } catch (error) {
    if (value !== '' || !hasErrorCode(error, 'ENOSPC')) throw error;
    await writeCgroupFile(join(dir, file), await readCgroupFile(join(dirname(dir), `${file}.effective`)));
  }
};
