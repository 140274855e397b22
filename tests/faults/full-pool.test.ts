import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { run } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';

const mebibyte = 1024 * 1024;

/** The pool is a small file system of its own. */
const node = useFaultNode({
  async preparePool({ pool }) {
    // not in the node's folder, and gone with its mount
    const image = `${tmpdir()}/ins-pool-${process.pid}.img`;
    closeSync(openSync(image, 'w'));
    truncateSync(image, 128 * mebibyte);
    await run(['mkfs.ext4', '-q', '-m', '0', image]);
    mkdirSync(pool);
    await run(['mount', '-o', 'loop', image, pool]);
    rmSync(image);
    rmSync(`${pool}/lost+found`, { recursive: true });
  },
});

const ballast = () => `${node.paths.pool}/ballast`;

/** Leaves so many bytes free, or none at all. */
function fill(leave: number): void {
  const fd = openSync(ballast(), 'a');
  try {
    for (let size = mebibyte; size >= 512; size /= 2) {
      const block = Buffer.alloc(size, 1);
      while (free() - size >= leave && wrote(fd, block));
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function wrote(fd: number, block: Buffer): boolean {
  try {
    return writeSync(fd, block) === block.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

function free(): number {
  const { bavail, bsize } = statfsSync(node.paths.pool);
  return bavail * bsize;
}

const empty = () => rmSync(ballast(), { force: true });

afterEach(empty);

test('a VE is not created in a pool without room, and nothing of it is left', async () => {
  fill(32 * mebibyte);
  const problem = await node.api.refused('POST', '/v1/ves', { name: 'late', template: 'busybox' });
  expect(problem).toMatchObject({ code: 'no_space', details: { path: node.paths.pool } });
  expect(await node.api.get('/v1/ves')).toEqual([]);
  expect(await node.leftovers()).toEqual([]);
});

test('what a full pool has no room for is refused or undone, and a VE can always be stopped and destroyed', async () => {
  await node.create({ name: 'tight', template: 'busybox' });
  await node.act('start', 'tight');
  const before = await node.show('tight');
  fill(0);

  const longText = 'long enough for a block of its own '.repeat(25);
  const change = await node.api.attempt('PATCH', '/v1/ves/tight', { description: longText });
  expect(change).toMatchObject({ state: 'failed', error: { code: 'no_space' } });
  expect(change.log.filter((line) => line.includes('failed'))).toEqual([]);
  expect(await node.show('tight')).toEqual(before);

  await node.act('stop', 'tight');
  expect(await node.status('tight')).toMatchObject({ state: 'stopped' });
  const start = await node.api.attempt('POST', '/v1/ves/tight/start');
  if (start.state === 'failed') expect(start.error).toMatchObject({ code: 'no_space' });
  await node.restart();
  const { state } = await node.status('tight');
  expect(state).toBe(start.state === 'failed' ? 'stopped' : 'running');
  if (state === 'running') await node.act('kill', 'tight');

  await node.destroy('tight');
  expect(await node.leftovers()).toEqual([]);
  empty();
  await node.create({ name: 'next', template: 'busybox' });
  await node.act('start', 'next');
});
