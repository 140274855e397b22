import { readFile, stat } from 'node:fs/promises';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandRunner } from '../commands/command-runner.ts';
import { fileSystemUuid, subvolumeId } from '../syscalls/btrfs-calls.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { Btrfs, BtrfsOptions, SubvolumeUsage } from './btrfs.ts';

/** Inode number of the root of every subvolume: BTRFS_FIRST_FREE_OBJECTID of linux/btrfs_tree.h. */
const subvolumeRoot = 256;

/** Set in `limit_flags` when there is a limit of referenced bytes: BTRFS_QGROUP_LIMIT_MAX_RFER. */
const limitsReferenced = 1;

/** btrfs(8) for changes; ioctls and sysfs for what is only read. */
export class LinuxBtrfs implements Btrfs {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async enableQuotas(path: string, options: BtrfsOptions = {}): Promise<void> {
    if ((await readGroup(path, subvolumeId(path))) !== null) return;
    await this.#run(['quota', 'enable', path], options);
  }

  async isSubvolume(path: string): Promise<boolean> {
    try {
      const { ino } = await stat(path);
      return ino === subvolumeRoot && subvolumeId(path) > 0n;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ENOTTY')) return false;
      throw error;
    }
  }

  async createSubvolume(path: string, options: BtrfsOptions = {}): Promise<void> {
    await this.#run(['subvolume', 'create', path], options);
  }

  async snapshot(
    from: string,
    to: string,
    options: BtrfsOptions & { readonly readOnly?: boolean } = {},
  ): Promise<void> {
    await this.#run(
      ['subvolume', 'snapshot', ...(options.readOnly === true ? ['-r'] : []), from, to],
      options,
    );
  }

  async deleteSubvolume(path: string, options: BtrfsOptions = {}): Promise<void> {
    if (!(await this.isSubvolume(path))) return;
    const group = `0/${subvolumeId(path)}`;
    await this.#run(['subvolume', 'delete', path], options);
    try {
      await this.#run(['qgroup', 'destroy', group, parentOf(path)], options);
    } catch (error) {
      // While the data is being freed the group is in use; newer kernels remove it themselves then. An empty group costs nothing.
      if (!(error instanceof CommandFailed)) throw error;
    }
  }

  async limit(path: string, bytes: number | null, options: BtrfsOptions = {}): Promise<void> {
    await this.#run(['qgroup', 'limit', bytes === null ? 'none' : String(bytes), path], options);
  }

  async usage(path: string): Promise<SubvolumeUsage | null> {
    return await readGroup(path, subvolumeId(path));
  }

  async #run(words: readonly string[], { signal }: BtrfsOptions): Promise<void> {
    await this.#commands.run(['btrfs', ...words], signal === undefined ? {} : { signal });
  }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** The quota group of a subvolume, from sysfs (Linux 5.9). */
async function readGroup(path: string, id: bigint): Promise<SubvolumeUsage | null> {
  const dir = `/sys/fs/btrfs/${fileSystemUuid(path)}/qgroups/0_${id}`;
  const read = async (file: string) => Number(await readFile(`${dir}/${file}`, 'utf8'));
  try {
    const [referencedBytes, exclusiveBytes, flags, limit] = await Promise.all([
      read('referenced'),
      read('exclusive'),
      read('limit_flags'),
      read('max_referenced'),
    ]);
    return { referencedBytes, exclusiveBytes, limitBytes: (flags & limitsReferenced) === 0 ? null : limit };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
}
