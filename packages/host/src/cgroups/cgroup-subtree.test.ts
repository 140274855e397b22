import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeSubtree, readSubtree } from './cgroup-subtree.ts';

const files = [
  ...['cgroup.events', 'cgroup.freeze', 'cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads'],
  'memory.max',
];
const init = 1_000_000;
const user = 1_001_000;
const delegated = ['cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads'];

/** A group as the kernel makes it: every file is of whoever made it. */
function makeGroup(dir: string, maker: number): void {
  mkdirSync(dir);
  for (const file of files) writeFileSync(join(dir, file), '');
  for (const file of ['', ...files]) chownSync(join(dir, file), maker, maker);
}

const owners = (dir: string) =>
  Object.fromEntries(['', ...files].map((file) => [file, statSync(join(dir, file)).uid]));

test('files of groups that a VE made are its own again, and of whoever it handed a group on to', async () => {
  const root = mkdtempSync(join(tmpdir(), 'insula-subtree-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [here, there] = [join(root, 'here'), join(root, 'there')];
  makeGroup(here, 0);
  for (const file of ['', ...delegated]) chownSync(join(here, file), init, init);
  makeGroup(join(here, 'system.slice'), init);
  makeGroup(join(here, 'user.slice'), init);
  for (const file of ['', ...delegated]) chownSync(join(here, 'user.slice', file), user, user);
  const entries = await readSubtree(here);

  // groups as the host makes them
  cpSync(here, there, { recursive: true });
  for (const dir of ['', 'system.slice', 'user.slice'])
    for (const file of ['', ...files]) chownSync(join(there, dir, file), 0, 0);
  await makeSubtree(there, entries);
  for (const dir of ['', 'system.slice', 'user.slice'])
    expect(owners(join(there, dir)), dir).toEqual(owners(join(here, dir)));
  expect(owners(there)).toMatchObject({ 'memory.max': 0, 'cgroup.freeze': 0 });
});
