import { mkdir, mkdtemp, open, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandRunner } from '../commands/command-runner.ts';
import type { Mounts } from '../mounts/mounts.ts';
import { SystemError } from '../syscalls/system-error.ts';
import { awaitDetached } from './attached-devices.ts';
import type { DiskImage, DiskImageOptions, DiskImages, NewDiskImage } from './disk-images.ts';

/** Exit codes of e2fsck(8) after which the file system is sound. */
const soundAfterCheck = [0, 1];

/** Loop devices, mkfs, resize2fs and fsfreeze of the host. */
export class LinuxDiskImages implements DiskImages {
  readonly #commands: CommandRunner;
  readonly #mounts: Mounts;
  readonly #wantsQuotas: boolean;
  #quotas: Promise<boolean> | undefined;

  /** With `quotas` new ext4 file systems keep quotas of users and groups, where the kernel can. */
  constructor(
    ports: { readonly commands: CommandRunner; readonly mounts: Mounts },
    { quotas = false }: { readonly quotas?: boolean } = {},
  ) {
    this.#commands = ports.commands;
    this.#mounts = ports.mounts;
    this.#wantsQuotas = quotas;
  }

  async make(path: string, image: NewDiskImage, options: DiskImageOptions = {}): Promise<void> {
    await rm(path, { force: true });
    const file = await open(path, 'wx', 0o600);
    try {
      await file.truncate(image.sizeBytes);
    } finally {
      await file.close();
    }
    const argv =
      image.fileSystem === 'btrfs'
        ? makeBtrfs(path)
        : makeExt4(path, image.inodes, await this.#keepsQuotas());
    await this.#run(argv, options);
  }

  async mount(
    { path, fileSystem }: DiskImage,
    target: string,
    options: DiskImageOptions = {},
  ): Promise<void> {
    if (await this.#mounts.isMounted(target)) return;
    // the loop device goes away by itself with the mount
    const discard = fileSystem === 'btrfs' ? 'discard=async' : 'discard';
    const quotas = fileSystem === 'ext4' && (await hasQuotas(path)) ? ',usrquota,grpquota' : '';
    const flags = `loop,nosuid,nodev,noatime,${discard}${quotas}`;
    await this.#run(['mount', '-t', fileSystem, '-o', flags, path, target], options);
    await this.#bypassPageCache(target);
  }

  async resize(
    path: string,
    target: string,
    sizeBytes: number,
    options: DiskImageOptions = {},
  ): Promise<void> {
    const { size } = await stat(path);
    if (size === sizeBytes) return;
    const device = await this.#deviceAt(target);
    if (sizeBytes < size && device !== null)
      throw new SystemError({ code: 'EBUSY', errno: 16, syscall: 'resize', path });
    await awaitDetached(this.#commands, { path, own: device }, options);
    if (sizeBytes < size) {
      await this.#check(path, options);
      await this.#run(['resize2fs', path, sectors(sizeBytes)], options);
      await truncate(path, sizeBytes);
      return;
    }
    await truncate(path, sizeBytes);
    if (device === null) {
      await this.#check(path, options);
      await this.#run(['resize2fs', path, sectors(sizeBytes)], options);
      return;
    }
    await this.#run(['losetup', '--set-capacity', device], options);
    await this.#run(['resize2fs', device, sectors(sizeBytes)], options);
  }

  async freeze(target: string, options: DiskImageOptions = {}): Promise<void> {
    await this.#run(['fsfreeze', '--freeze', target], options);
  }

  async thaw(target: string): Promise<void> {
    try {
      await this.#run(['fsfreeze', '--unfreeze', target], {});
    } catch (error) {
      // fsfreeze says EINVAL of what is not frozen
      if (!(error instanceof CommandFailed && error.stderr.includes('Invalid argument'))) throw error;
    }
  }

  async copy(from: string, to: string, options: DiskImageOptions = {}): Promise<void> {
    await this.#run(
      ['cp', '--reflink=auto', '--sparse=always', '--no-target-directory', '--', from, to],
      options,
    );
  }

  async #check(path: string, options: DiskImageOptions): Promise<void> {
    try {
      await this.#run(['e2fsck', '-f', '-y', path], options);
    } catch (error) {
      if (!(error instanceof CommandFailed && soundAfterCheck.includes(error.exitCode ?? -1))) throw error;
    }
  }

  /** Whether quotas are wanted and this kernel mounts an ext4 that keeps quotas of users and groups: many are built without their format. Tried once. */
  async #keepsQuotas(): Promise<boolean> {
    if (!this.#wantsQuotas) return false;
    this.#quotas ??= this.#tryQuotas();
    return await this.#quotas;
  }

  async #tryQuotas(): Promise<boolean> {
    const dir = await mkdtemp(join(tmpdir(), 'insula-quotas-'));
    const [path, target] = [join(dir, 'image'), join(dir, 'mounted')];
    try {
      await mkdir(target);
      await truncate(await emptyFile(path), trialBytes);
      await this.#run(makeExt4(path, undefined, true), {});
      await this.#run(['mount', '-t', 'ext4', '-o', 'loop,usrquota,grpquota', path, target], {});
      await this.#mounts.unmount(target);
      return true;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      return false;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** Without this every block would be cached twice: as data of the image and as data of the file. Not every file system can. */
  async #bypassPageCache(target: string): Promise<void> {
    const device = await this.#deviceAt(target);
    if (device === null) return;
    try {
      await this.#run(['losetup', '--direct-io=on', device], {});
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
    }
  }

  async #deviceAt(target: string): Promise<string | null> {
    const entries = await this.#mounts.mountsBelow(target);
    return entries.find((entry) => entry.target === target)?.source ?? null;
  }

  async #run(argv: readonly string[], { signal }: DiskImageOptions): Promise<void> {
    await this.#commands.run(argv, signal === undefined ? {} : { signal });
  }
}

const trialBytes = 8_388_608;

async function emptyFile(path: string): Promise<string> {
  await (await open(path, 'wx', 0o600)).close();
  return path;
}

/** s_feature_ro_compat of the super block at byte 1024, and its bit for quotas: fs/ext4/ext4.h */
const featuresAt = 1024 + 0x64;
const quotaFeature = 0x0100;

/** Whether an ext4 image was made to keep quotas; without them it takes no options about them. */
async function hasQuotas(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, featuresAt);
    return bytesRead === 4 && (buffer.readUInt32LE(0) & quotaFeature) !== 0;
  } finally {
    await file.close();
  }
}

/** The unit of resize2fs that divides every size. */
const sectors = (bytes: number): string => `${Math.floor(bytes / 512)}s`;

const makeBtrfs = (path: string): readonly string[] => ['mkfs.btrfs', '--quiet', path];

/** No blocks are kept for root: whoever fills the file system is the root of a VE. */
const makeExt4 = (path: string, inodes: number | undefined, quotas: boolean): readonly string[] => [
  'mkfs.ext4',
  ...['-q', '-F', '-m', '0'],
  '-E',
  `lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0${quotas ? ',quotatype=usrquota:grpquota' : ''}`,
  ...(quotas ? ['-O', 'quota'] : []),
  ...(inodes === undefined ? [] : ['-N', String(inodes)]),
  path,
];
