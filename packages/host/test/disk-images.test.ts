import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LinuxBtrfs } from '../src/btrfs/linux-btrfs.ts';
import { LinuxCommandRunner } from '../src/commands/linux-command-runner.ts';
import { LinuxDiskImages } from '../src/disk-images/linux-disk-images.ts';
import { LinuxFiles } from '../src/files/linux-files.ts';
import { LinuxMounts } from '../src/mounts/linux-mounts.ts';
import { LinuxUserNamespaces } from '../src/user-namespaces/linux-user-namespaces.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const commands = new LinuxCommandRunner();
const mounts = new LinuxMounts({ userNamespaces: new LinuxUserNamespaces({ commands }) });
const images = new LinuxDiskImages({ commands, mounts });
const btrfs = new LinuxBtrfs({ commands });
const files = new LinuxFiles({ commands });

const { makeTemporary, cleanUp } = temporaryDirectories();
const mebibyte = 1_048_576;

const mountNew = async (fileSystem: 'ext4' | 'btrfs', mebibytes: number) => {
  const dir = await makeTemporary();
  const [image, target] = [join(dir, 'image'), join(dir, 'mounted')];
  await mkdir(target);
  await images.make(image, { sizeBytes: mebibytes * mebibyte, fileSystem });
  await images.mount({ path: image, fileSystem }, target);
  cleanUp(async () => await mounts.unmount(target, { detach: true }));
  return { dir, image, target };
};

/** ext4 wants CAP_SYS_RESOURCE (24) for it, which root of a container host may lack. */
const mayResizeMounted = ((BigInt(`0x${capabilities()}`) >> 24n) & 1n) === 1n;
function capabilities(): string {
  return /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
}

/** Those with this image, one a line. */
const loopDevices = (image: string) =>
  execFileSync('losetup', ['--noheadings', '--output', 'NAME', '--associated', image], {
    encoding: 'utf8',
  }).trim();
const fill = (path: string, mebibytes: number) =>
  execFileSync('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', `count=${mebibytes}`, 'conv=fsync'], {
    stdio: 'pipe',
  });

describe('a file system in a file', () => {
  test('takes only what is written to it, and its loop device goes with the mount', async () => {
    const { image, target } = await mountNew('ext4', 512);
    fill(join(target, 'data'), 5);
    const { size, blocks } = await stat(image);
    expect(size).toBe(512 * mebibyte);
    expect(blocks * 512).toBeLessThan(60 * mebibyte);
    expect(loopDevices(image)).not.toBe('');
    await images.mount({ path: image, fileSystem: 'ext4' }, target);
    await mounts.unmount(target);
    expect(await mounts.isMounted(target)).toBe(false);
    expect(loopDevices(image)).toBe('');
  });

  test.skipIf(!mayResizeMounted)('grows while it is mounted', async () => {
    const { image, target } = await mountNew('ext4', 64);
    await images.resize(image, target, 256 * mebibyte);
    expect((await files.fileSystem(target)).totalBytes).toBeGreaterThan(200 * mebibyte);
  });

  test('grows and shrinks while it is not mounted', async () => {
    const { image, target } = await mountNew('ext4', 64);
    await writeFile(join(target, 'kept'), 'kept');
    await mounts.unmount(target);
    await images.resize(image, target, 256 * mebibyte);
    await images.mount({ path: image, fileSystem: 'ext4' }, target);
    expect((await files.fileSystem(target)).totalBytes).toBeGreaterThan(200 * mebibyte);
    await expect(images.resize(image, target, 32 * mebibyte)).rejects.toMatchObject({ code: 'EBUSY' });
    await mounts.unmount(target);
    await images.resize(image, target, 32 * mebibyte);
    expect((await stat(image)).size).toBe(32 * mebibyte);
    await images.mount({ path: image, fileSystem: 'ext4' }, target);
    expect(await readFile(join(target, 'kept'), 'utf8')).toBe('kept');
    expect((await files.fileSystem(target)).totalBytes).toBeLessThan(32 * mebibyte);
  });

  test('does not shrink below what its files take', async () => {
    const { image, target } = await mountNew('ext4', 128);
    fill(join(target, 'data'), 60);
    await mounts.unmount(target);
    await expect(images.resize(image, target, 32 * mebibyte)).rejects.toThrow(/resize2fs/);
    await images.mount({ path: image, fileSystem: 'ext4' }, target);
    expect((await stat(join(target, 'data'))).size).toBe(60 * mebibyte);
  });

  test('is left alone while somebody else has it attached, or mounted in another mount namespace', async () => {
    const { image, target } = await mountNew('ext4', 64);
    const contents = async () =>
      createHash('sha256')
        .update(await readFile(image))
        .digest('hex');
    const refused = async (mebibytes: number, device: string) => {
      const before = await contents();
      await expect(images.resize(image, target, mebibytes * mebibyte)).rejects.toMatchObject({
        name: 'ImageInUse',
        devices: [device],
      });
      expect(await contents()).toBe(before);
    };
    const device = loopDevices(image);
    // enters its namespace with the mount in it, and says so
    const holder = spawn('unshare', ['--mount', 'sh', '-c', 'echo; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp(async () => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    await mounts.unmount(target);
    await refused(32, device);
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    const attached = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
    try {
      await refused(128, attached);
    } finally {
      execFileSync('losetup', ['--detach', attached]);
    }
    await images.resize(image, target, 128 * mebibyte);
    expect((await stat(image)).size).toBe(128 * mebibyte);
  });

  test('has the number of files that was asked for', async () => {
    const dir = await makeTemporary();
    await images.make(join(dir, 'image'), { sizeBytes: 64 * mebibyte, fileSystem: 'ext4', inodes: 2000 });
    await mkdir(join(dir, 'mounted'));
    cleanUp(async () => await mounts.unmount(join(dir, 'mounted'), { detach: true }));
    await images.mount({ path: join(dir, 'image'), fileSystem: 'ext4' }, join(dir, 'mounted'));
    const { totalInodes } = await files.fileSystem(join(dir, 'mounted'));
    // mkfs rounds to whole blocks of inodes
    expect(Math.abs(totalInodes - 2000)).toBeLessThan(100);
  });

  test('can be copied while it is held still, and thawed twice', async () => {
    const { dir, image, target } = await mountNew('ext4', 64);
    fill(join(target, 'data'), 3);
    await images.freeze(target);
    await images.copy(image, join(dir, 'copy'));
    await images.thaw(target);
    await images.thaw(target);
    await mkdir(join(dir, 'second'));
    cleanUp(async () => await mounts.unmount(join(dir, 'second'), { detach: true }));
    await images.mount({ path: join(dir, 'copy'), fileSystem: 'ext4' }, join(dir, 'second'));
    expect(await readFile(join(dir, 'second/data'))).toEqual(await readFile(join(target, 'data')));
  });
});

describe('a subvolume', () => {
  test('holds no more than its limit, and says how much that is', async () => {
    const { target } = await mountNew('btrfs', 512);
    await btrfs.enableQuotas(target);
    await btrfs.enableQuotas(target);
    const path = join(target, 'limited');
    await btrfs.createSubvolume(path);
    expect(await btrfs.isSubvolume(path)).toBe(true);
    expect(await btrfs.isSubvolume(join(target, 'absent'))).toBe(false);
    expect(await btrfs.usage(path)).toMatchObject({ limitBytes: null });
    await btrfs.limit(path, 20 * mebibyte);
    expect(() => fill(join(path, 'data'), 40)).toThrow(/quota/);
    fill(join(target, 'beside'), 40);
    const usage = await btrfs.usage(path);
    expect(usage?.limitBytes).toBe(20 * mebibyte);
    expect(usage?.referencedBytes).toBeLessThanOrEqual(20 * mebibyte);
    await btrfs.limit(path, null);
    fill(join(path, 'more'), 40);
  });

  test('has snapshots that share its data, and is deleted with what is in it', async () => {
    const { target } = await mountNew('btrfs', 512);
    await btrfs.enableQuotas(target);
    const [path, copy] = [join(target, 'origin'), join(target, 'copy')];
    await btrfs.createSubvolume(path);
    fill(join(path, 'data'), 20);
    await btrfs.snapshot(path, copy, { readOnly: true });
    await expect(writeFile(join(copy, 'new'), '')).rejects.toMatchObject({ code: 'EROFS' });
    await writeFile(join(path, 'data'), 'changed');
    expect((await stat(join(copy, 'data'))).size).toBe(20 * mebibyte);
    for (const subvolume of [copy, path, path]) await btrfs.deleteSubvolume(subvolume);
    expect(await files.list(target)).toEqual([]);
  });

  test('is none on another file system', async () => {
    expect(await btrfs.isSubvolume(await makeTemporary())).toBe(false);
  });
});
