import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { run, startNode, type TestNode } from '../harness/index.ts';

const mebibyte = 1_048_576;
let node: TestNode;
let layers: readonly string[];

beforeAll(async () => {
  node = await startNode({
    templates: [],
    async preparePool({ pool }) {
      // not in the node's folder, and gone with its mount
      const image = `${tmpdir()}/ins-pool-${process.pid}.img`;
      closeSync(openSync(image, 'w'));
      truncateSync(image, 160 * mebibyte);
      await run(['mkfs.ext4', '-q', '-m', '0', image]);
      mkdirSync(pool);
      await run(['mount', '-o', 'loop', image, pool]);
      rmSync(image);
    },
  });
  await node.api.perform('POST', '/v1/templates/busybox/build');
  layers = readdirSync(`${node.paths.pool}/layers`);
});

const ballast = () => `${node.paths.pool}/ballast`;

/** Takes all space of the pool but so many bytes. */
async function leave(bytes: number): Promise<void> {
  const { bavail, bsize } = statfsSync(node.paths.pool);
  await run(['fallocate', '--length', String(bavail * bsize - bytes), ballast()]);
}

const objects = () => run(['find', `${node.paths.pool}/objects`, '-type', 'f']);

afterEach(() => rmSync(ballast(), { force: true }));

async function expectNothingNew(before: string): Promise<void> {
  expect(readdirSync(`${node.paths.pool}/layers`)).toEqual(layers);
  expect(readdirSync(`${node.paths.pool}/staging`)).toEqual([]);
  expect(await objects()).toBe(before);
  expect(await node.leftovers()).toEqual([]);
  const check = await node.api.perform('POST', '/v1/templates/busybox/verify');
  expect(check.result).toMatchObject({ problems: [] });
}

test('a build that fills the pool fails, and leaves nothing', async () => {
  const before = await objects();
  const definition = (run: string) =>
    `name: big\ntitle: Big\nextends: busybox\nminimumFreeBytes: 0\nscripts:\n  - title: fill\n    run: ${run}\n`;
  writeFileSync(`${node.paths.templates}/big.yaml`, definition('dd if=/dev/zero of=/big bs=1M count=400'));
  const build = await node.api.attempt('POST', '/v1/templates/big/build');
  expect(build).toMatchObject({ state: 'failed' });
  expect(build.error?.detail).toContain('No space left');
  await expectNothingNew(before);
});

test('an archive that is larger than the pool is refused before it fills it, and an import for which there is no room fails', async () => {
  const before = await objects();
  const archive = `${node.paths.dir}/big.tar`;
  mkdirSync(`${node.paths.dir}/big`);
  await run(['truncate', '--size', '400M', `${node.paths.dir}/big/file`]);
  await run(['tar', '-C', `${node.paths.dir}/big`, '-c', '-f', archive, 'file']);
  const create = await node.api.attempt('POST', '/v1/templates/large', { init: 'busybox', archive });
  expect(create.error?.code).toBe('archive_refused');
  expect(create.error?.detail).toContain('when it is unpacked');
  await expectNothingNew(before);

  const exported = `${node.paths.dir}/busybox.tar.zst`;
  await node.api.perform('POST', '/v1/templates/busybox/export', { path: exported });
  await leave(65 * mebibyte);
  const refused = await node.api.attempt('POST', '/v1/template-imports', { path: exported });
  expect(refused.error?.code).toBe('archive_refused');
  expect(refused.error?.detail).toContain('too large');
  await expectNothingNew(before);
});

test('a pool that has room again builds again', async () => {
  const { state } = await node.api.attempt('POST', '/v1/templates/busybox/update');
  expect(state).toBe('succeeded');
});
