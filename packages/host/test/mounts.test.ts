import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LinuxCommandRunner } from '../src/commands/linux-command-runner.ts';
import { LinuxMounts } from '../src/mounts/linux-mounts.ts';
import { overlayStrategies } from '../src/mounts/overlay-assembly.ts';
import { libraryCall } from '../src/syscalls/libc.ts';
import { LinuxUserNamespaces } from '../src/user-namespaces/linux-user-namespaces.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const userNamespaces = new LinuxUserNamespaces({ commands: new LinuxCommandRunner() });
const mounts = new LinuxMounts({ userNamespaces });
const setAttribute = libraryCall('setxattr', ['str', 'str', 'void *', 'size_t', 'int']);
const base = 1_879_048_192;
const idmap = { base, count: 65_536 };

const { makeTemporary, cleanUp } = temporaryDirectories();
const unmountAfterwards = (...targets: readonly string[]): void => {
  cleanUp(async () => {
    for (const target of targets) await mounts.unmount(target, { detach: true });
  });
};

interface Trees {
  readonly dir: string;
  readonly target: string;
  readonly layer: (name: string) => string;
  readonly upper: string;
  readonly work: string;
}

const makeTrees = async (): Promise<Trees> => {
  const dir = await makeTemporary();
  const target = join(dir, 'root');
  for (const path of [target, join(dir, 'fs/upper'), join(dir, 'fs/work')])
    mkdirSync(path, { recursive: true });
  unmountAfterwards(target);
  return {
    dir,
    target,
    layer: (name) => {
      const path = join(dir, 'layers', name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, name), name);
      writeFileSync(join(path, 'which'), name);
      return path;
    },
    upper: join(dir, 'fs/upper'),
    work: join(dir, 'fs/work'),
  };
};

const [major = 0, minor = 0] = release().split('.').map(Number);
const isKernel = (wantedMajor: number, wantedMinor: number): boolean =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
const hasDataLayers = isKernel(6, 5);
const hasLayerParameters = isKernel(6, 7);
const known = { descriptors: isKernel(6, 15), attached: hasLayerParameters, classic: true };
const strategies = overlayStrategies.filter((strategy) => known[strategy]);

describe.for(strategies)('an overlay assembled by %s', (strategy) => {
  const byStrategy = new LinuxMounts({ userNamespaces }, { strategies: [strategy] });

  test('shows the ids of the VE and keeps its own on disk', async () => {
    const { dir, target, layer, upper, work } = await makeTrees();
    const layers = [layer('top'), layer('bottom')];
    await byStrategy.overlay({ layers, upper, work, target, idmap });
    expect(readdirSync(target).sort()).toEqual(['bottom', 'top', 'which']);
    expect(readFileSync(join(target, 'which'), 'utf8')).toBe('top');
    expect(lstatSync(join(target, 'bottom'))).toMatchObject({ uid: base, gid: base });
    writeFileSync(join(target, 'new'), 'new');
    await chown(join(target, 'new'), base + 33, base + 33);
    expect(lstatSync(join(upper, 'new'))).toMatchObject({ uid: 33, gid: 33 });
    writeFileSync(join(target, 'bottom'), 'changed');
    expect(readFileSync(join(upper, 'bottom'), 'utf8')).toBe('changed');
    expect(await byStrategy.isMounted(target)).toBe(true);
    expect((await byStrategy.mountsBelow(dir)).map((mount) => [mount.target, mount.type])).toEqual([
      [target, 'overlay'],
    ]);
    await byStrategy.unmount(target);
    expect(await byStrategy.isMounted(target)).toBe(false);
    expect(readdirSync(target)).toEqual([]);
  });

  test.runIf(hasDataLayers)('reaches data-only layers through the stubs of the others', async () => {
    const { dir, target, layer, upper, work } = await makeTrees();
    const stubs = layer('stubs');
    const objects = join(dir, 'objects');
    await mkdir(join(objects, 'ab'), { recursive: true });
    writeFileSync(join(objects, 'ab', 'cdef'), 'content');
    const stub = join(stubs, 'file');
    execFileSync('truncate', ['-s', '7', stub]);
    setAttribute.now([stub, 'trusted.overlay.metacopy', Buffer.alloc(0), 0, 0]);
    setAttribute.now([stub, 'trusted.overlay.redirect', Buffer.from('/ab/cdef'), 8, 0]);
    await byStrategy.overlay({ layers: [stubs], dataLayers: [objects], upper, work, target, idmap });
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('content');
    expect(lstatSync(join(target, 'file'))).toMatchObject({ uid: base, size: 7 });
    expect(existsSync(join(target, 'ab'))).toBe(false);
  });

  test('leaves nothing mounted when the kernel refuses', async () => {
    const { dir, target, layer, upper, work } = await makeTrees();
    const layers = [layer('one')];
    await expect(
      byStrategy.overlay({ layers: [...layers, join(dir, 'missing')], upper, work, target, idmap }),
    ).rejects.toMatchObject({ code: 'ENOENT' });
    // the same layer twice
    await expect(
      byStrategy.overlay({ layers: [...layers, ...layers], upper, work, target, idmap }),
    ).rejects.toThrow();
    expect(await byStrategy.mountsBelow(dir)).toEqual([]);
  });

  test('may be read-only and without an id map', async () => {
    const { target, layer } = await makeTrees();
    await byStrategy.overlay({ layers: [layer('one'), layer('two')], target });
    expect(lstatSync(join(target, 'two'))).toMatchObject({ uid: 0 });
    expect(() => writeFileSync(join(target, 'new'), '')).toThrow('EROFS');
  });
});

test.runIf(hasLayerParameters)('an overlay may have more layers than a page of options holds', async () => {
  const { target, layer, upper, work } = await makeTrees();
  const layers = Array.from({ length: 400 }, (_, index) => layer(`layer-${index}`));
  await mounts.overlay({ layers, upper, work, target, idmap });
  expect(readdirSync(target)).toHaveLength(401);
});

test('more layers than a page of options holds are refused where only that is known, not cut off', async () => {
  const { dir, target, layer, upper, work } = await makeTrees();
  const classic = new LinuxMounts({ userNamespaces }, { strategies: ['classic'] });
  const layers = Array.from({ length: 400 }, (_, index) => layer(`layer-${index}`));
  await expect(classic.overlay({ layers, upper, work, target, idmap })).rejects.toMatchObject({
    code: 'E2BIG',
    message: expect.stringContaining('400 layers'),
  });
  expect(await classic.mountsBelow(dir)).toEqual([]);
});

test('a refused overlay tells what the kernel says', async () => {
  const { dir, target, layer, upper, work } = await makeTrees();
  writeFileSync(join(dir, 'file'), '');
  await expect(
    mounts.overlay({ layers: [layer('one'), join(dir, 'file')], upper, work, target }),
  ).rejects.toMatchObject({ code: expect.stringMatching(/ENOTDIR|EINVAL/) });
  await expect(
    mounts.overlay({ layers: [layer('one')], upper, work: join(dir, 'root'), target }),
  ).rejects.toThrow('must stand in one directory');
});

test('a bind mount shows a tree, read-only and id-mapped when asked for', async () => {
  const { dir, target, layer } = await makeTrees();
  const source = layer('source');
  await mounts.bind({ source, target, readOnly: true, idmap, noSuid: true, noDev: true });
  expect(lstatSync(join(target, 'source')).uid).toBe(base);
  expect(() => writeFileSync(join(target, 'new'), '')).toThrow('EROFS');
  await expect(mounts.bind({ source: join(dir, 'none'), target })).rejects.toMatchObject({ code: 'ENOENT' });
  await mounts.unmount(target);
  await mounts.bind({ source: join(source, 'which'), target: join(dir, 'layers', 'source', 'source') });
  unmountAfterwards(join(dir, 'layers', 'source', 'source'));
  expect(readFileSync(join(source, 'source'), 'utf8')).toBe('source');
});

test('a tmpfs has the size and mode asked for', async () => {
  const { target } = await makeTrees();
  await mounts.tmpfs({ target, sizeBytes: 1_048_576, mode: 0o711 });
  expect(lstatSync(target).mode & 0o777).toBe(0o711);
  expect(() => writeFileSync(join(target, 'big'), Buffer.alloc(2_000_000))).toThrow('ENOSPC');
});

test('unmounting may be repeated, tells what is busy and can detach', async () => {
  const { dir, target } = await makeTrees();
  await mounts.unmount(target);
  await mounts.unmount(join(dir, 'none', 'such'));
  await mounts.tmpfs({ target });
  await mounts.tmpfs({ target });
  mkdirSync(join(target, 'below'));
  await mounts.tmpfs({ target: join(target, 'below') });
  await expect(mounts.unmount(target)).rejects.toMatchObject({ code: 'EBUSY' });
  expect(await mounts.isMounted(join(target, 'below'))).toBe(true);
  await mounts.unmount(target, { detach: true });
  expect(await mounts.isMounted(target)).toBe(false);
  expect(await mounts.isMounted(join(target, 'below'))).toBe(false);
});

test('an isolated directory keeps the mounts below it to itself', async () => {
  const { dir, target } = await makeTrees();
  const shared = join(dir, 'shared');
  const peer = join(dir, 'peer');
  mkdirSync(join(shared, 'own', 'mnt'), { recursive: true });
  mkdirSync(peer);
  unmountAfterwards(join(shared, 'own'), peer, shared);
  await mounts.tmpfs({ target: shared });
  execFileSync('mount', ['--make-shared', shared]);
  execFileSync('mount', ['--bind', shared, peer]);
  mkdirSync(join(shared, 'own', 'mnt'), { recursive: true });
  await mounts.isolate(join(shared, 'own'));
  await mounts.isolate(join(shared, 'own'));
  await mounts.tmpfs({ target: join(shared, 'own', 'mnt') });
  writeFileSync(join(shared, 'own', 'mnt', 'private'), '');
  expect(readdirSync(join(peer, 'own', 'mnt'))).toEqual([]);
  expect(await mounts.isMounted(target)).toBe(false);
});
