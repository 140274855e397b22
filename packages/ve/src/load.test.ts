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

test('what belongs to a VE that cannot be read is kept for it until it is repaired', async () => {
  await (await node.boot()).create();
  const { spec: path } = node.pool.privateArea(spec.uuid);
  const text = await node.host.files.readText(path);
  for (const broken of [
    text.replace('"format": 1', '"format": 1,,'),
    text.replace('"protected": false', '"protected": 0'),
  ]) {
    await node.host.files.writeAtomic(path, broken);
    const { registry, unreadable } = await node.boot();
    expect(unreadable).toHaveLength(1);
    expect([...registry.ctids(), ...registry.idBases()]).toEqual([spec.ctid, spec.idBase]);
    expect(registry.addresses()).toEqual(new Map([['10.101.0.2', spec.uuid]]));
    for (const [field, code] of [
      ['name', 'name_taken'],
      ['ctid', 'ctid_taken'],
      ['idBase', 'id_range_taken'],
      ['addresses', 'address_taken'],
    ] as const) {
      expect(() => registry.add({ ...fakeSpec(2), [field]: spec[field] })).toThrow(
        expect.objectContaining({ code }),
      );
    }
    expect(() => registry.find('101')).toThrow('no VE 101');
  }
  await node.host.files.writeAtomic(path, text);
  expect((await node.boot()).registry.find('101').spec).toEqual(spec);
});

test('of what two VEs claim, the one that was taken in keeps it and can change', async () => {
  const twin = fakeSpec(2, { ctid: spec.ctid, createdAt: '2027-01-01T00:00:00.000Z' });
  await write(spec.uuid, JSON.stringify(spec));
  await write(twin.uuid, JSON.stringify(twin));
  const { registry } = await node.boot();
  registry.replace({ ...spec, name: 'shop' });
  expect(registry.find('101').spec.name).toBe('shop');
});

test('a VE is not started in the cgroup of one whose ve.json was lost while it ran', async () => {
  const before = await node.boot();
  await before.create({ start: true });
  node.host.cgroups.members.set(4711, node.groups.payload(spec.ctid));
  await node.host.files.removeFile(node.pool.privateArea(spec.uuid).spec);
  const daemon = await node.boot();
  const thief = fakeSpec(2, { ctid: spec.ctid });
  await expect(daemon.create({ start: true, spec: thief })).rejects.toThrow(
    'VE ve102 did not start: process 4711 lives in its cgroup insula/ve/101 already',
  );
  expect(node.host.cgroups.members.get(4711)).toBe(node.groups.payload(spec.ctid));
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
