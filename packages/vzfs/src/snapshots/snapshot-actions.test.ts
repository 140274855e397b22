import type { Snapshot } from '@insula/contract';
import { FakeHost } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { beforeEach, expect, test } from 'vitest';
import { vzfsActions } from '../actions.ts';
import { poolLayout } from '../pool-layout.ts';
import { snapshotPaths } from './snapshot-records.ts';

const pool = poolLayout('/pool');
const uuid = '00000000-0000-4000-8000-000000000001';
const { volume } = pool.privateArea(uuid);
const area = { uuid, layout: 'image', limits: { bytes: 2 ** 30, inodes: null } } as const;
const snapshot: Snapshot = {
  name: 'one',
  description: '',
  createdAt: '2026-11-22T00:00:00.000Z',
  state: 'running',
  template: { name: 'debian-12', version: '1' },
  layout: 'image',
  layers: [],
};
const context: StepContext = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

let host: FakeHost;
let actions: ReturnType<typeof vzfsActions>;
beforeEach(async () => {
  host = new FakeHost();
  const { files, mounts, btrfs, diskImages, guestTrees, upperTrees, trees, quotas } = host;
  actions = vzfsActions({ files, mounts, btrfs, diskImages, guestTrees, upperTrees, quotas, pool, trees });
  await files.makeDir(pool.privateAreas);
  await actions['make-private-area'].do(area, context);
  await actions['open-volume'].do(area, context);
});

test('a VE whose image a daemon was copying when it was killed can write again once that is undone', async () => {
  await host.diskImages.freeze(volume);
  await actions['take-snapshot'].undo?.({ uuid, snapshot }, context);
  expect(host.diskImages.frozen.size).toBe(0);
  await host.diskImages.freeze(volume);
  const twin = '00000000-0000-4000-8000-000000000002';
  await actions['copy-volume'].undo?.({ ...area, uuid: twin, from: { uuid, snapshot: null } }, context);
  expect(host.diskImages.frozen.size).toBe(0);
});

test('a snapshot can be deleted though the removal of an earlier one of that name left something', async () => {
  const { dir, doomed } = snapshotPaths(pool, uuid, snapshot.name);
  await host.files.makeDir(`${doomed}/fs/upper`);
  await actions['take-snapshot'].do({ uuid, snapshot }, context);
  for (let count = 0; count < 2; count += 1)
    await actions['delete-snapshot'].do({ uuid, name: snapshot.name }, context);
  for (const path of [dir, doomed]) expect(await host.files.exists(path)).toBe(false);
});
