import { dirname, join } from 'node:path';
import { groupTree, readCgroupFile, writeCgroupFile } from './cgroup-files.ts';

/**
 * Sets a list of a v1 cpuset and of all groups below it. The kernel refuses a list that leaves out what a group below has
 * (EBUSY), and one beyond that of the group above (EACCES): so groups are widened from the top, then narrowed from the bottom.
 */
export const writeLegacyCpuset = async (dir: string, file: string, value: string): Promise<void> => {
  const wanted = value === '' ? await readCgroupFile(join(dirname(dir), file)) : value;
  const groups = await groupTree(dir);
  for (const group of groups) {
    const path = join(group, file);
    await writeCgroupFile(path, [await readCgroupFile(path), wanted].filter((list) => list !== '').join(','));
  }
  for (const group of groups.toReversed()) await writeCgroupFile(join(group, file), wanted);
};
