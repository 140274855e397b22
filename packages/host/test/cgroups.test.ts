import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { LinuxCgroups } from '../src/cgroups/linux-cgroups.ts';

const cgroups = new LinuxCgroups();
const parent = `insula-test-${process.pid}`;
const controllers = ['cpu', 'cpuset', 'memory', 'pids', 'freezer', 'devices', 'blkio', 'io'];
const children: ChildProcess[] = [];

afterEach(async () => {
  await cgroups.kill(parent);
  await cgroups.remove(parent);
  for (const child of children.splice(0)) child.kill('SIGKILL');
  expect(await cgroups.exists(parent)).toBe(false);
});

const startIn = async (path: string, argv: readonly string[]): Promise<number> => {
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  await cgroups.attach(path, pid);
  return pid;
};

test('a group is made in every hierarchy, takes processes and limits, and is removed with what the VE made in it', async () => {
  const { layout, controllers: present } = await cgroups.describe();
  expect(['v1', 'hybrid', 'v2']).toContain(layout);
  expect(present).toContain('memory');
  const path = `${parent}/ve/101`;
  await cgroups.create(`${path}/payload`, { controllers });
  await cgroups.create(`${path}/payload`, { controllers });
  expect(await cgroups.exists(path)).toBe(true);
  const pid = await startIn(`${path}/payload`, ['sleep', '60']);
  expect(await cgroups.processes(path)).toEqual([pid]);
  await cgroups.write('pids', path, 'pids.max', '50');
  expect(await cgroups.read('pids', path, 'pids.max')).toBe('50');
  await expect(cgroups.write('pids', path, 'pids.max', 'many')).rejects.toMatchObject({ code: 'EINVAL' });
  const unified = await cgroups.directory('unified', `${path}/payload`);
  if (unified !== null) mkdirSync(join(unified, 'system.slice', 'a.service'), { recursive: true });
  await expect(cgroups.remove(path)).rejects.toMatchObject({ code: 'EBUSY' });
  await cgroups.kill(path);
  expect(await cgroups.processes(path)).toEqual([]);
  await cgroups.remove(path);
  expect(await cgroups.exists(path)).toBe(false);
});

test('a frozen group is frozen until thawed, and can be killed', async () => {
  const path = `${parent}/frozen`;
  await cgroups.create(path, { controllers });
  await startIn(path, ['sh', '-c', 'while :; do :; done']);
  expect(await cgroups.isFrozen(path)).toBe(false);
  await cgroups.freeze(path);
  expect(await cgroups.isFrozen(path)).toBe(true);
  await cgroups.thaw(path);
  expect(await cgroups.isFrozen(path)).toBe(false);
  await cgroups.freeze(path);
  await cgroups.kill(path);
  expect(await cgroups.processes(path)).toEqual([]);
});

test('a group is killed although a group below it is frozen', async () => {
  const path = `${parent}/outer`;
  await cgroups.create(`${path}/inner`, { controllers });
  await startIn(`${path}/inner`, ['sleep', '60']);
  await cgroups.freeze(`${path}/inner`);
  // runc freezes by v1 where there is v1
  const legacy = await cgroups.directory('freezer', `${path}/inner`);
  if (legacy !== null && existsSync(join(legacy, 'freezer.state')))
    writeFileSync(join(legacy, 'freezer.state'), 'FROZEN');
  await cgroups.kill(path, { signal: AbortSignal.timeout(5_000) });
  expect(await cgroups.processes(path)).toEqual([]);
});

test('whether a group has processes is told on every change', async () => {
  const path = `${parent}/watched`;
  await cgroups.create(path, { controllers });
  const told: boolean[] = [];
  const watch = await cgroups.watchPopulated(path, (populated) => told.push(populated));
  await startIn(path, ['sleep', '60']);
  await expect.poll(() => told, { timeout: 5_000 }).toEqual([false, true]);
  await cgroups.kill(path);
  await expect.poll(() => told, { timeout: 5_000 }).toEqual([false, true, false]);
  watch.close();
});

test('a delegated group belongs to its user, its parent does not', async () => {
  const path = `${parent}/ve/payload`;
  await cgroups.create(path, { controllers });
  await cgroups.delegate(path, 65_534);
  const unified = await cgroups.directory('unified', path);
  if (unified !== null) expect(existsSync(join(unified, 'cgroup.procs'))).toBe(true);
});
