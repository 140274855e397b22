import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LinuxCommandRunner } from '../src/commands/linux-command-runner.ts';
import { LinuxMounts } from '../src/mounts/linux-mounts.ts';
import { listAttributes } from '../src/syscalls/attribute-calls.ts';
import { LinuxUpperTrees } from '../src/upper-trees/linux-upper-trees.ts';
import { LinuxUserNamespaces } from '../src/user-namespaces/linux-user-namespaces.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const mounts = new LinuxMounts({
  userNamespaces: new LinuxUserNamespaces({ commands: new LinuxCommandRunner() }),
});
const trees = new LinuxUpperTrees();
const { makeTemporary, cleanUp } = temporaryDirectories();

/** An overlay in which much has been changed. */
async function changed() {
  const dir = await makeTemporary();
  const [layer, upper, work, root] = ['layer', 'fs/upper', 'fs/work', 'root'].map((name) =>
    join(dir, name),
  ) as [string, string, string, string];
  for (const path of [upper, work, root, `${layer}/moved/deep`, `${layer}/replaced`])
    mkdirSync(path, { recursive: true });
  for (const name of ['kept', 'changed', 'mode', 'gone', 'moved/one', 'moved/deep/two', 'replaced/inside'])
    writeFileSync(join(layer, name), name);
  symlinkSync('one', join(layer, 'moved/link'));
  const mount = async () =>
    await mounts.overlay({ layers: [layer], upper, work, target: root, metacopy: true });
  await mount();
  cleanUp(async () => await mounts.unmount(root, { detach: true }));
  writeFileSync(join(root, 'changed'), 'new content');
  await chmod(join(root, 'mode'), 0o600);
  rmSync(join(root, 'gone'));
  renameSync(join(root, 'moved'), join(root, 'elsewhere'));
  rmSync(join(root, 'replaced'), { recursive: true });
  mkdirSync(join(root, 'replaced'));
  writeFileSync(join(root, 'replaced/new'), 'new');
  return { dir, layer, upper, work, root, mount };
}

const textAt = (...parts: string[]) => readFileSync(join(...parts), 'utf8');

test('the names of an upper tree are told with what shows only because of it, and what it hides', async () => {
  const { upper, root } = await changed();
  const { names, removed, opaque } = await trees.survey(upper, root);
  expect([...names].sort()).toEqual([
    '.',
    'changed',
    'elsewhere',
    'elsewhere/deep',
    'elsewhere/deep/two',
    'elsewhere/link',
    'elsewhere/one',
    'mode',
    'replaced',
    'replaced/new',
  ]);
  expect([...removed].sort()).toEqual(['gone', 'moved']);
  expect([...opaque].sort()).toEqual(['elsewhere', 'replaced']);
});

test('a completed and detached upper tree is one of files alone, which stand for themselves', async () => {
  const { upper, root } = await changed();
  await trees.complete(upper, root);
  expect(textAt(root, 'elsewhere/deep/two')).toBe('moved/deep/two');
  await mounts.unmount(root);
  const time = lstatSync(upper).mtimeMs;
  for (let count = 0; count < 2; count += 1) await trees.detach(upper);
  expect((await readdir(upper)).sort()).toEqual(['changed', 'elsewhere', 'mode', 'replaced']);
  expect(textAt(upper, 'mode')).toBe('mode');
  expect(lstatSync(join(upper, 'mode')).mode & 0o777).toBe(0o600);
  expect(textAt(upper, 'elsewhere/one')).toBe('moved/one');
  expect(textAt(upper, 'elsewhere/deep/two')).toBe('moved/deep/two');
  expect(lstatSync(join(upper, 'elsewhere/link')).isSymbolicLink()).toBe(true);
  expect(lstatSync(upper).mtimeMs).toBe(time);
  for (const name of ['', 'mode', 'elsewhere', 'replaced'])
    expect(listAttributes(Buffer.from(join(upper, name))).filter((key) => key.includes('overlay'))).toEqual(
      [],
    );
});

test('names are hidden in another upper tree as they were in the first', async () => {
  const { dir, layer } = await changed();
  const [upper, work, root] = ['b/upper', 'b/work', 'other'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [upper, work, root, `${upper}/replaced`]) mkdirSync(path, { recursive: true });
  await trees.cover(upper, { removed: ['gone', 'moved'], opaque: ['replaced'] });
  await mounts.overlay({ layers: [layer], upper, work, target: root });
  cleanUp(async () => await mounts.unmount(root, { detach: true }));
  expect((await readdir(root)).sort()).toEqual(['changed', 'kept', 'mode', 'replaced']);
  expect(await readdir(join(root, 'replaced'))).toEqual([]);
});

test.each([
  ['../out', 'EINVAL'],
  ['/etc', 'EINVAL'],
  ['a//b', 'EINVAL'],
  ['.', 'EINVAL'],
  ['link/x', 'ELOOP'],
  ['file/x', 'ENOTDIR'],
  ['nowhere/x', 'ENOENT'],
  ['file', 'EEXIST'],
])('nothing is hidden under the name %s', async (name, code) => {
  const dir = await makeTemporary();
  mkdirSync(join(dir, 'tree'));
  writeFileSync(join(dir, 'tree/file'), '');
  symlinkSync('..', join(dir, 'tree/link'));
  await expect(trees.cover(join(dir, 'tree'), { removed: [name], opaque: [] })).rejects.toMatchObject({
    code,
  });
  expect((await readdir(dir)).sort()).toEqual(['tree']);
});
