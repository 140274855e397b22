import { FakeHost } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { beforeEach, expect, test } from 'vitest';
import { poolLayout } from '../pool-layout.ts';
import { reinstallActions } from './reinstall-actions.ts';

const pool = poolLayout('/pool');
const uuid = '00000000-0000-4000-8000-000000000001';
const area = pool.privateArea(uuid);
const from = { name: 'debian-12', version: '1' };
const to = { name: 'debian-13', version: '2' };
const args = { uuid, layout: 'plain' } as const;
const lines: string[] = [];
const context: StepContext = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: (line) => lines.push(line),
};

let host: FakeHost;
let actions: ReturnType<typeof reinstallActions>;
beforeEach(async () => {
  host = new FakeHost();
  const { files, mounts, btrfs, diskImages, quotas, guestTrees, trees, upperTrees } = host;
  actions = reinstallActions({
    ...{ files, mounts, btrfs, diskImages, quotas, guestTrees, trees, upperTrees },
    pool,
  });
  for (const { name, version } of [from, to]) await host.files.makeDir(pool.layer(name, version).root);
  for (const dir of [area.upper, area.work]) await host.files.makeDir(dir);
  await host.files.writeAtomic(`${area.upper}/old-file`, 'old');
});

const stage = async (keep = true) =>
  await actions['stage-root'].do({ ...args, from: [from], to: [to], credentials: true, keep }, context);
const isOld = async () => await host.files.exists(`${area.upper}/old-file`);

test('the old root is looked at over its own layer, the new one over the new layer, and neither stays mounted', async () => {
  const layers: unknown[] = [];
  const overlay = host.mounts.overlay.bind(host.mounts);
  host.mounts.overlay = async (mount) => {
    layers.push([mount.layers, mount.upper]);
    await overlay(mount);
  };
  await stage();
  expect(layers).toEqual([
    [[pool.layer(from.name, from.version).root], area.upper],
    [[pool.layer(to.name, to.version).root], area.nextUpper],
  ]);
  expect(await host.mounts.isMounted(area.view)).toBe(false);
  expect(host.upperTrees.calls).toEqual([['complete', area.upper]]);
  await actions['stage-root'].undo?.(
    { ...args, from: [from], to: [to], credentials: true, keep: true },
    context,
  );
  expect(await host.files.exists(area.nextUpper)).toBe(false);
  expect(await isOld()).toBe(true);
});

test('the old root comes back until it is settled, and then it is in /old', async () => {
  await stage();
  for (let count = 0; count < 2; count += 1) await actions['swap-root'].do(args, context);
  expect(await isOld()).toBe(false);
  for (let count = 0; count < 2; count += 1) await actions['swap-root'].undo?.(args, context);
  expect(await isOld()).toBe(true);
  await actions['swap-root'].do(args, context);
  for (let count = 0; count < 2; count += 1)
    await actions['settle-old-root'].do({ ...args, keep: true }, context);
  await actions['swap-root'].undo?.(args, context);
  expect(await host.files.readText(`${area.upper}/old/old-file`)).toBe('old');
});

test('a swap that is cut off between its renames has an old root again', async () => {
  await stage();
  await host.files.rename(area.upper, area.previousUpper);
  await actions['swap-root'].undo?.(args, context);
  expect(await isOld()).toBe(true);
  await actions['swap-root'].do(args, context);
  expect(await isOld()).toBe(false);
});

test('old files that are dropped are gone; what cannot be taken away is told, and does not undo the rest', async () => {
  await stage(false);
  await actions['swap-root'].do(args, context);
  const removeTree = host.files.removeTree.bind(host.files);
  let removals = 0;
  host.files.removeTree = async (path) => {
    removals += 1;
    if (removals === 2) throw new Error('stuck');
    await removeTree(path);
  };
  await actions['settle-old-root'].do({ ...args, keep: false }, context);
  expect(lines).toEqual([expect.stringContaining('stuck')]);
  host.files.removeTree = removeTree;
  await actions['settle-old-root'].do({ ...args, keep: false }, context);
  expect((await host.files.list(area.volume)).map(({ name }) => name).sort()).toEqual(['upper', 'work']);
});
