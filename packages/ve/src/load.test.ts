import { beforeEach, expect, test } from 'vitest';
import { FakeNode } from './fake-node.ts';
import { fakeSpec } from './fake-spec.ts';
import { stateOf } from './runtime.ts';

let node: FakeNode;
beforeEach(async () => {
  node = await FakeNode.make();
});

const spec = fakeSpec();
const write = async (uuid: string, text: string) => {
  const area = node.pool.privateArea(uuid);
  await node.host.files.makeDir(area.dir);
  await node.host.files.writeAtomic(area.spec, text);
};

test('an empty node has no VEs', async () => {
  const { registry, unreadable } = await node.boot();
  expect([registry.list(), unreadable]).toEqual([[], []]);
});

test('VEs are what disk and kernel say, whatever the daemon before knew', async () => {
  const before = await node.boot();
  await before.create({ start: true });
  await before.create({ spec: fakeSpec(2) });
  await before.perform('ve.mount', null, fakeSpec(2));
  await before.create({ spec: fakeSpec(3) });
  const after = await node.boot();
  expect(after.registry.list()).toEqual(before.registry.list());
  expect(after.registry.list().map(({ runtime }) => stateOf(runtime))).toEqual([
    'running',
    'mounted',
    'stopped',
  ]);
});

test('a frozen VE is paused', async () => {
  await (await node.boot()).create({ start: true });
  node.host.cgroups.frozen.add(node.groups.payload(spec.ctid));
  const { registry } = await node.boot();
  expect(stateOf(registry.find('ve101').runtime)).toBe('paused');
});

test('an init that has ended stays until its run is settled, by the same daemon or by another', async () => {
  const before = await node.boot();
  await before.create({ start: true });
  const { init } = before.registry.find('ve101').runtime;
  node.host.conmon.exit(spec.uuid, 130);
  const after = await node.boot();
  expect(after.registry.find('ve101').runtime.init).toEqual(init);
  await after.perform('ve.settle', { crashed: false });
  expect((await node.boot()).registry.find('ve101').runtime).toMatchObject({
    init: null,
    wanted: 'stopped',
    lastExit: { kind: 'poweroff' },
  });
});

test('a record of a run that cannot be read is of no use', async () => {
  await (await node.boot()).create({ start: true });
  for (const text of ['', '{', 'null', '{"init":{}}', '{"init":{"pid":"7","startTime":1}}']) {
    await node.host.files.writeAtomic(node.run.ve(spec.uuid).record, text);
    expect((await node.boot()).registry.find('ve101').runtime.init, text).toBeNull();
  }
});

test('a private area that cannot be read is told and left alone; the others are there', async () => {
  await (await node.boot()).create();
  await write(fakeSpec(2).uuid, '{');
  const { registry, unreadable } = await node.boot();
  expect(registry.list().map((ve) => ve.spec.name)).toEqual(['ve101']);
  expect(unreadable).toMatchObject([{ path: node.pool.privateArea(fakeSpec(2).uuid).dir }]);
  expect(await node.host.files.readText(node.pool.privateArea(fakeSpec(2).uuid).spec)).toBe('{');
});

test('of two that contradict each other the older one stays, whatever order they are read in', async () => {
  const younger = fakeSpec(1, { name: 'younger', createdAt: '2026-11-21T21:00:00.000Z' });
  const older = fakeSpec(2, { ctid: younger.ctid, createdAt: '2026-11-21T20:00:00.000Z' });
  await write(younger.uuid, JSON.stringify(younger));
  await write(older.uuid, JSON.stringify(older));
  const { registry, unreadable } = await node.boot();
  expect(registry.list().map((ve) => ve.spec.name)).toEqual([older.name]);
  expect(unreadable).toMatchObject([
    { path: node.pool.privateArea(younger.uuid).dir, problem: 'CTID 101 belongs to another VE' },
  ]);
});

test('a creation that was cut off before it had a spec is no damaged private area', async () => {
  const daemon = await node.boot({ call: 6, isDone: true });
  void daemon.create();
  await daemon.death;
  const { unreadable } = await node.boot();
  expect(node.journal.unfinished()).toHaveLength(1);
  expect(unreadable).toEqual([]);
});

test('a thousand VEs are read', async () => {
  for (let number = 1; number <= 1000; number += 1) {
    const one = fakeSpec(number, { addresses: [] });
    await write(one.uuid, JSON.stringify(one));
  }
  expect((await node.boot()).registry.list()).toHaveLength(1000);
});
