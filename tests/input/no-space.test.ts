import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Operation, Problem } from '@insula/contract';
import { afterEach, expect, test } from 'vitest';
import { run, useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['busybox'],
  async preparePool({ pool }) {
    mkdirSync(pool);
    await run(['mount', '-t', 'tmpfs', '-o', 'mode=711,size=100m,nr_inodes=1000', 'tmpfs', pool]);
  },
});

const filler = () => `${node.paths.pool}/filler`;

afterEach(() => {
  rmSync(filler(), { recursive: true, force: true });
});

const nothingLeft = async () => {
  expect(await node.api.get('/v1/ves')).toEqual([]);
  expect(await node.leftovers()).toEqual([]);
};

test('a VE is not created in a pool without space, and the numbers are told', async () => {
  writeFileSync(filler(), Buffer.alloc(60 * 2 ** 20));
  expect(await node.api.refused('POST', '/v1/ves', { name: 'x', template: 'busybox' })).toMatchObject({
    code: 'no_space',
    status: 507,
    details: { path: node.paths.pool, needed: 64 * 2 ** 20 },
  });
  const told = await node.insula(['create', 'x', '--template', 'busybox', '--start']);
  expect(told.code).toBe(6);
  expect(told.stderr).toContain(node.paths.pool);
  await nothingLeft();
});

test('a pool that becomes full in the middle of a creation gets back all that was written', async () => {
  mkdirSync(filler());
  let made = 0;
  try {
    for (; ; made += 1) writeFileSync(`${filler()}/${made}`, '');
  } catch {
    // no inode is left
  }
  let failures = 0;
  for (let free = 0; free < 40; free += 1) {
    const answer = await node.api.call<Operation & Problem>('POST', '/v1/ves', {
      name: 'x',
      template: 'busybox',
      start: true,
    });
    const problem = answer.status === 202 ? (await node.api.ended(answer.body.id)).error : answer.body;
    if (problem === null) {
      await node.destroy('x');
      break;
    }
    failures += 1;
    expect(`${problem.code}: ${problem.detail}`).toMatch(/^no_space: /);
    await nothingLeft();
    made -= 1;
    rmSync(`${filler()}/${made}`);
  }
  expect(failures).toBeGreaterThan(2);
  await nothingLeft();
});
