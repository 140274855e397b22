import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LinuxCommandRunner } from '../src/commands/linux-command-runner.ts';
import { LinuxFiles } from '../src/files/linux-files.ts';
import { libraryCall } from '../src/syscalls/libc.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const files = new LinuxFiles({ commands: new LinuxCommandRunner() });
const setAttribute = libraryCall('setxattr', ['str', 'str', 'void *', 'size_t', 'int']);
const getAttribute = libraryCall('getxattr', ['str', 'str', 'void *', 'size_t']);
const { makeTemporary } = temporaryDirectories();

test('a file is replaced at once, with the mode asked for, and leaves no temporary file', async () => {
  const dir = await makeTemporary();
  const path = join(dir, 'state.json');
  await files.writeAtomic(path, 'one');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await files.writeAtomic(path, Buffer.from('two'), { mode: 0o666 });
  expect(statSync(path).mode & 0o777).toBe(0o666);
  expect(await files.readText(path)).toBe('two');
  expect(readdirSync(dir)).toEqual(['state.json']);
  await expect(files.writeAtomic(join(dir, 'none', 'x'), '')).rejects.toMatchObject({ code: 'ENOENT' });
  mkdirSync(join(dir, 'busy'));
  await expect(files.writeAtomic(join(dir, 'busy'), '')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(dir)).toEqual(['busy', 'state.json']);
});

test('what is missing reads as missing', async () => {
  const dir = await makeTemporary();
  expect(await files.readTextIfExists(join(dir, 'no', 'file'))).toBeNull();
  expect(await files.list(join(dir, 'no'))).toEqual([]);
  expect(await files.exists(join(dir, 'no'))).toBe(false);
  expect(await files.stat(join(dir, 'no'))).toBeNull();
  await files.removeFile(join(dir, 'no'));
  await files.removeTree(join(dir, 'no', 'such'));
  await expect(files.readText(join(dir, 'no'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a dangling link exists', async () => {
  const dir = await makeTemporary();
  symlinkSync('/nowhere', join(dir, 'link'));
  expect(await files.exists(join(dir, 'link'))).toBe(true);
  expect(await files.list(dir)).toEqual([{ name: 'link', kind: 'symlink' }]);
});

test('a removed tree takes along what its links point to in no way', async () => {
  const dir = await makeTemporary();
  const outside = join(dir, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), 'kept');
  mkdirSync(join(dir, 'tree', 'sub'), { recursive: true });
  symlinkSync(outside, join(dir, 'tree', 'sub', 'link'));
  symlinkSync(join(dir, 'tree'), join(dir, 'alias'));
  await files.removeTree(join(dir, 'alias'));
  expect(readdirSync(dir)).toEqual(['outside', 'tree']);
  await files.removeTree(join(dir, 'tree'));
  expect(readdirSync(dir)).toEqual(['outside']);
  expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
});

test('what a killed writer left is removed, and nothing else', async () => {
  const dir = await makeTemporary();
  await files.writeAtomic(join(dir, 've.json'), '{}', { durable: false });
  const others = ['.ve.json.new', 've.json.0123456789ab.new', '.new'];
  for (const name of ['.ve.json.0123456789ab.new', ...others]) writeFileSync(join(dir, name), '');
  await files.removeUnfinished(dir);
  expect(readdirSync(dir).sort()).toEqual(['ve.json', ...others].sort());
  await files.removeUnfinished(join(dir, 'missing'));
});

test('a tree of any depth and with any names is removed', async () => {
  const dir = await makeTemporary();
  mkdirSync(join(dir, 'tree'));
  writeFileSync(Buffer.concat([Buffer.from(join(dir, 'tree/')), Buffer.from([0xff, 0xfe, 0x0a])]), '');
  mkdirSync(Buffer.concat([Buffer.from(join(dir, 'tree/')), Buffer.from([0x80])]));
  const nest =
    'cd "$1"; n=0; while [ $n -lt 180 ]; do mkdir -p d/d/d/d/d/d/d/d/d/d; cd d/d/d/d/d/d/d/d/d/d; : >f; n=$((n+1)); done';
  execFileSync('sh', ['-c', nest, 'sh', join(dir, 'tree')]);
  await files.removeTree(join(dir, 'tree'));
  expect(readdirSync(dir)).toEqual([]);
});

test('a tree that several remove at once is removed without complaint', async () => {
  const dir = await makeTemporary();
  const grow = 'cd "$1"; for i in $(seq 40); do mkdir -p $i/d/d/d; : >$i/f; : >$i/d/d/f; done; mkdir -p "$2"';
  const deep = Array.from({ length: 150 }, () => 'd').join('/');
  for (let round = 0; round < 5; round += 1) {
    mkdirSync(join(dir, 'tree'));
    execFileSync('sh', ['-c', grow, 'sh', join(dir, 'tree'), deep]);
    await Promise.all(Array.from({ length: 4 }, async () => await files.removeTree(join(dir, 'tree'))));
    expect(readdirSync(dir)).toEqual([]);
  }
});

test('a tree with a mount in it is refused before anything is removed', async () => {
  const dir = await makeTemporary();
  mkdirSync(join(dir, 'tree', 'mnt'), { recursive: true });
  mkdirSync(join(dir, 'source'));
  writeFileSync(join(dir, 'source', 'kept'), '');
  writeFileSync(join(dir, 'tree', 'a'), '');
  execFileSync('mount', ['--bind', join(dir, 'source'), join(dir, 'tree', 'mnt')]);
  try {
    await expect(files.removeTree(join(dir, 'tree'))).rejects.toMatchObject({ code: 'EXDEV' });
    await expect(files.removeTree(join(dir, 'tree', 'mnt'))).rejects.toMatchObject({ code: 'EXDEV' });
    expect(readdirSync(join(dir, 'tree'))).toEqual(['a', 'mnt']);
    expect(readdirSync(join(dir, 'source'))).toEqual(['kept']);
  } finally {
    execFileSync('umount', [join(dir, 'tree', 'mnt')]);
  }
});

test('a copied tree keeps owners, modes, hard links, extended attributes and devices', async () => {
  const dir = await makeTemporary();
  mkdirSync(join(dir, 'from'));
  writeFileSync(join(dir, 'from', 'a'), 'text', { mode: 0o4755 });
  execFileSync('chown', ['1000:1001', join(dir, 'from', 'a')]);
  execFileSync('chmod', ['4755', join(dir, 'from', 'a')]);
  execFileSync('ln', [join(dir, 'from', 'a'), join(dir, 'from', 'b')]);
  execFileSync('mknod', [join(dir, 'from', 'whiteout'), 'c', '0', '0']);
  setAttribute.now([join(dir, 'from'), 'trusted.overlay.opaque', Buffer.from('y'), 1, 0]);
  await files.copyTree(join(dir, 'from'), join(dir, 'to'));
  const stats = statSync(join(dir, 'to', 'a'));
  expect(stats).toMatchObject({ uid: 1000, gid: 1001, nlink: 2 });
  expect(stats.mode & 0o7777).toBe(0o4755);
  expect(statSync(join(dir, 'to', 'whiteout')).isCharacterDevice()).toBe(true);
  const value = Buffer.alloc(8);
  expect(getAttribute.now([join(dir, 'to'), 'trusted.overlay.opaque', value, value.length])).toBe(1);
  expect(value.toString('latin1', 0, 1)).toBe('y');
});

test('a file system tells its type and free space', async () => {
  expect(await files.fileSystem('/proc/self')).toMatchObject({ type: 'unknown' });
  const facts = await files.fileSystem('/');
  expect(facts.availableBytes).toBeGreaterThan(0);
  expect(facts.availableBytes).toBeLessThanOrEqual(facts.totalBytes);
});

test('a watched directory tells what changes', async () => {
  const dir = await makeTemporary();
  let heard: (name: string) => void = () => undefined;
  const name = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const watch = await files.watchDir(dir, (changed) => heard(changed));
  writeFileSync(join(dir, 'new'), '');
  expect(await name).toBe('new');
  watch.close();
  watch.close();
});
