import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LinuxCommandRunner } from '../src/commands/linux-command-runner.ts';
import { LinuxTrees } from '../src/trees/linux-trees.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const trees = new LinuxTrees({ commands: new LinuxCommandRunner() });
const { makeTemporary } = temporaryDirectories();
const shown = async (root: string) => (await trees.list(root)).map(({ path }) => path.toString('latin1'));

test('a tree is listed parents first, in the order of bytes, links as what they are', async () => {
  const root = await makeTemporary();
  mkdirSync(join(root, 'b/c'), { recursive: true });
  writeFileSync(join(root, 'b/a'), '');
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x0a])]), '');
  symlinkSync('/etc', join(root, 'etc'));
  expect(await shown(root)).toEqual(['', 'b', 'b/a', 'b/c', 'etc', '\xff\n']);
});

test('a folder that is swapped for a link while it is listed leads nowhere else', async () => {
  const [root, outside] = [await makeTemporary(), await makeTemporary()];
  mkdirSync(join(outside, 'in/secret'), { recursive: true });
  const path = join(root, 'dir');
  const over = new AbortController();
  const swapping = (async () => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      rmSync(path, { recursive: true, force: true });
      if (count % 2 === 0) mkdirSync(join(path, 'in'), { recursive: true });
      else symlinkSync(outside, path);
      await turn();
    }
  })();
  for (let count = 0; count < 500; count += 1)
    for (const name of await shown(root)) expect(name).not.toContain('secret');
  over.abort();
  await swapping;
});

test('a tree that is deeper than any honest one is refused', async () => {
  const root = await makeTemporary();
  mkdirSync(join(root, ...Array.from({ length: 520 }, () => 'd')), { recursive: true });
  await expect(trees.list(root)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
});
