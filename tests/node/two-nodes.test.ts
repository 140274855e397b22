import { readFileSync } from 'node:fs';
import type { VeSummary } from '@insula/contract';
import { beforeAll, expect, test } from 'vitest';
import { eventually, type TestNode, useNode } from '../harness/index.ts';

/* Two nodes on one kernel, each in a network namespace of its own, with the same node name, CTIDs, VE names and addresses. */

const settings = {
  name: 'twin',
  templates: ['busybox'],
  config: { network: { pool: '10.77.0.0/24' } },
} as const;
const left = useNode(settings);
const right = useNode(settings);
const both = [left, right];

const names = async (node: TestNode) =>
  (await node.api.get<readonly VeSummary[]>('/v1/ves')).map(
    ({ ctid, name, state }) => `${ctid} ${name} ${state}`,
  );

beforeAll(async () => {
  for (const node of both) {
    for (const name of ['web', 'db']) await node.create({ name, template: 'busybox', start: true });
    for (const name of ['web', 'db']) await node.wait(name);
  }
});

test('they have VEs with the same CTIDs, names and addresses, which are not the same VEs', async () => {
  for (const node of both) {
    expect(await names(node)).toEqual(['101 web running', '102 db running']);
    expect((await node.show('web')).addresses).toEqual(['10.77.0.2']);
  }
  const [mine, yours] = [await left.show('web'), await right.show('web')];
  expect(mine.uuid).not.toBe(yours.uuid);
  expect(mine.idBase).not.toBe(yours.idBase);
  expect(mine.init).not.toBe(yours.init);
  expect(await left.api.refused('GET', `/v1/ves/${yours.uuid}`)).toMatchObject({ code: 've_not_found' });
});

test('a file that one writes the other does not have', async () => {
  await left.inside('web', 'echo left > /root/side');
  await right.inside('web', 'echo right > /root/side');
  expect(await left.inside('web', 'cat /root/side')).toBe('left');
  expect(await right.inside('web', 'cat /root/side')).toBe('right');
});

test('an address leads to the VE of the node it is asked on', async () => {
  for (const [node, side] of [
    [left, 'left'],
    [right, 'right'],
  ] as const) {
    await node.inside('web', `nc -ll -p 8080 -e echo ${side} > /dev/null 2>&1 &`);
    await eventually('it listens', async () => (await node.inside('web', 'netstat -ltn')).includes(':8080 '));
  }
  const fetch = 'nc -w 3 10.77.0.2 8080 < /dev/null';
  for (const [node, side] of [
    [left, 'left'],
    [right, 'right'],
  ] as const) {
    expect(await node.inside('db', fetch)).toBe(side);
    expect(await node.runOnNode('busybox', 'sh', '-c', fetch)).toBe(`${side}\n`);
  }
});

test('what happens on one is no event on the other', async () => {
  const events = await right.events();
  await left.act('restart', 'db');
  await left.insula(['set', 'web', '--description', 'mine']);
  await right.insula(['set', 'web', '--description', 'yours']);
  await events.first((event) => event.kind === 'operation' && event.operation.state === 'succeeded');
  const targets = events.all.map((event) =>
    event.kind === 'operation' ? event.operation.target.name : event.name,
  );
  expect(new Set(targets)).toEqual(new Set(['web']));
  events.close();
  expect(await left.show('web')).toMatchObject({ description: 'mine' });
  expect(await right.show('web')).toMatchObject({ description: 'yours' });
});

test('limits of one are not limits of the other', async () => {
  await left.insula(['set', 'web', '--numproc', '50']);
  expect((await right.show('web')).parameters).toEqual({});
  const forks = 'for i in $(seq 80); do sleep 0.1 & done; wait';
  expect((await left.exec('web', forks)).stderr).toMatch(/can't fork/);
  expect(await right.exec('web', forks)).toMatchObject({ code: 0, stderr: '' });
});

test('the daemon, the VEs and the power of one come and go without the other noticing', async () => {
  const before = await right.status('web');
  await left.kill9();
  expect(await right.inside('web', 'echo fine')).toBe('fine');
  await left.start();
  await left.insula(['kill', 'web']);
  await left.insula(['destroy', 'db', '--force', '--yes']);
  expect(await names(left)).toEqual(['101 web stopped']);
  await left.powerCut();
  expect(await right.status('web')).toEqual(before);
  expect(await right.inside('db', 'echo fine')).toBe('fine');
  await left.start();
  expect(await names(right)).toEqual(['101 web running', '102 db running']);
  expect(readFileSync(`/proc/${before.init}/stat`, 'utf8')).toContain('(init)');
});
