import { beforeEach, expect, test } from 'vitest';
import { type FakeDaemon, FakeNode } from './fake-node.ts';
import { fakeSpec } from './fake-spec.ts';
import { stateOf } from './runtime.ts';

let node: FakeNode;
let daemon: FakeDaemon;
const spec = fakeSpec();
const { uuid, ctid } = spec;

beforeEach(async () => {
  node = await FakeNode.make();
  daemon = await node.boot();
});

const state = () => stateOf(daemon.registry.find(uuid).runtime);
const runtime = () => daemon.registry.find(uuid).runtime;

test('a VE is created stopped, and its spec is on disk', async () => {
  expect(await daemon.create()).toMatchObject({ state: 'succeeded', result: { state: 'stopped', ...spec } });
  expect(JSON.parse(await node.host.files.readText(node.pool.privateArea(uuid).spec))).toEqual(spec);
});

test('a VE that runs has what it needs, and one that was stopped has left nothing', async () => {
  await daemon.create({ start: true });
  expect(state()).toBe('running');
  expect(await node.host.mounts.isMounted(node.run.ve(uuid).root)).toBe(true);
  expect(node.host.cgroups.owners.get(node.groups.payload(ctid))).toBe(spec.idBase);
  expect(
    [...node.host.guestTrees.files.keys()].map((path) => path.slice(node.run.ve(uuid).root.length)),
  ).toEqual([...['/etc/hostname', '/etc/hosts', '/etc/resolv.conf', '/etc/network/interfaces']]);
  const stop = await daemon.perform('ve.stop');
  expect(stop).toMatchObject({ state: 'succeeded', result: { state: 'stopped', init: null } });
  expect(runtime()).toMatchObject({ lastExit: { kind: 'poweroff', code: 130 }, wanted: 'stopped' });
  expect(node.host.processes.signals.map(({ signalNumber }) => signalNumber)).toEqual([38]);
});

test('an init that ignores the signal is killed when the time is up', async () => {
  node.host.isObedient = false;
  await daemon.create({ start: true });
  const stop = await daemon.perform('ve.stop', { timeout: 0 });
  expect(stop.log).toEqual(['init did not stop within 0 s: killing what is left']);
  expect(runtime()).toMatchObject({ lastExit: { kind: 'killed', code: 137 }, crashes: 0 });
});

test('a stop that is cancelled while init is waited for leaves the VE running', async () => {
  node.host.isObedient = false;
  await daemon.create({ start: true });
  const { id } = await daemon.begin('ve.stop');
  await expect.poll(() => daemon.engine.find(id)?.steps[1]?.state).toBe('running');
  daemon.engine.cancel(id);
  expect((await daemon.engine.finished(id)).state).toBe('cancelled');
  expect(state()).toBe('running');
});

test('a restart brings another init', async () => {
  await daemon.create({ start: true });
  const { init } = runtime();
  expect((await daemon.perform('ve.restart')).state).toBe('succeeded');
  expect(runtime().init).not.toEqual(init);
  expect(runtime()).toMatchObject({ wanted: 'running', lastExit: { kind: 'poweroff' } });
});

test('a paused VE keeps its init, can be resumed, and can be stopped', async () => {
  await daemon.create({ start: true });
  await daemon.perform('ve.pause');
  expect(state()).toBe('paused');
  await daemon.perform('ve.resume');
  expect(state()).toBe('running');
  await daemon.perform('ve.pause');
  expect((await daemon.perform('ve.stop')).state).toBe('succeeded');
  expect(state()).toBe('stopped');
});

test('a crash is counted, and a run of ten minutes ends a row of crashes', async () => {
  await daemon.create({ start: true });
  for (const crashes of [1, 2, 3]) {
    node.host.conmon.exit(uuid, 1);
    await daemon.perform('ve.settle', { crashed: true });
    expect(runtime()).toMatchObject({ crashes, wanted: 'running', lastExit: { kind: 'crash', code: 1 } });
    await daemon.perform('ve.start');
  }
  const { record } = node.run.ve(uuid);
  const run = JSON.parse(await node.host.files.readText(record)) as object;
  const startedAt = new Date(Date.now() - 601_000).toISOString();
  await node.host.files.writeAtomic(record, JSON.stringify({ ...run, startedAt }));
  node.host.conmon.exit(uuid, 1);
  await daemon.perform('ve.settle', { crashed: true });
  expect(runtime().crashes).toBe(1);
});

test('a reboot from inside starts the VE again and is no crash', async () => {
  await daemon.create({ start: true });
  node.host.conmon.exit(uuid, 129);
  expect((await daemon.perform('ve.reboot')).state).toBe('succeeded');
  expect(runtime()).toMatchObject({ crashes: 0, lastExit: { kind: 'reboot', code: 129 }, wanted: 'running' });
  expect(state()).toBe('running');
});

test('settling does nothing to a VE that runs: another run began while it waited', async () => {
  await daemon.create({ start: true });
  expect(await daemon.perform('ve.settle', { crashed: true })).toMatchObject({
    state: 'succeeded',
    steps: [],
  });
  expect(await daemon.perform('ve.reboot')).toMatchObject({ state: 'succeeded', steps: [] });
  expect(state()).toBe('running');
});

test('a VE that waits to be started again can be told to stay down', async () => {
  await daemon.create({ start: true });
  for (const kind of ['ve.stop', 've.kill']) {
    node.host.conmon.exit(uuid, 1);
    await daemon.perform('ve.settle', { crashed: true });
    expect((await daemon.perform(kind)).steps.map(({ action }) => action)).toEqual(['note-wanted']);
    expect(runtime().wanted).toBe('stopped');
    await expect(daemon.perform(kind)).rejects.toThrow(/VE ve101 is stopped; .* needs it running or paused/);
    await daemon.perform('ve.start');
  }
});

test('a start that fails is undone, and says what runc said', async () => {
  await daemon.create();
  node.host.conmon.failure = new Error('no such init');
  const start = await daemon.perform('ve.start');
  expect(start).toMatchObject({
    state: 'failed',
    error: { detail: expect.stringContaining('no such init') },
  });
  expect(state()).toBe('stopped');
  expect(await node.host.files.exists(node.run.ve(uuid).dir)).toBe(false);
  expect(node.host.cgroups.groups.has(node.groups.outer(ctid))).toBe(false);
});

test('a start that fails leaves a root mounted that was mounted before', async () => {
  await daemon.create();
  await daemon.perform('ve.mount');
  node.host.conmon.failure = new Error('no such init');
  expect((await daemon.perform('ve.start')).state).toBe('failed');
  expect(state()).toBe('mounted');
  expect((await daemon.perform('ve.start')).state).toBe('succeeded');
  expect(state()).toBe('running');
});

test('a creation that fails leaves neither files nor a name', async () => {
  node.host.mounts.failure = new Error('no overlay');
  expect((await daemon.create({ start: true })).state).toBe('failed');
  expect(daemon.registry.list()).toEqual([]);
  expect(await node.host.files.list(node.pool.privateAreas)).toEqual([]);
});

test('a destroyed VE is gone, and so is all of a run that was forced to end', async () => {
  await daemon.create({ start: true });
  await expect(daemon.perform('ve.destroy')).rejects.toThrow('VE ve101 is running; destroy needs it stopped');
  expect((await daemon.perform('ve.destroy', { force: true })).state).toBe('succeeded');
  expect(daemon.registry.list()).toEqual([]);
  expect(await node.host.files.list(node.pool.privateAreas)).toEqual([]);
  expect(await node.host.files.list(node.run.ves)).toEqual([]);
  expect(node.host.runc.containers.size).toBe(0);
});

test('a VE is gone once its private area is out of use, even if not all of it can be removed', async () => {
  await daemon.create();
  const removeTree = node.host.files.removeTree.bind(node.host.files);
  node.host.files.removeTree = async (path) => {
    if (path.includes('.doomed-')) throw new Error('EIO');
    await removeTree(path);
  };
  expect((await daemon.perform('ve.destroy')).state).toBe('failed');
  expect(daemon.registry.list()).toEqual([]);
});

test('what a settling could not take away goes with the VE', async () => {
  await daemon.create({ start: true });
  const { root } = node.run.ve(uuid);
  node.host.mounts.busy.add(root);
  expect((await daemon.perform('ve.stop')).state).toBe('failed');
  expect(state()).toBe('mounted');
  node.host.mounts.busy.clear();
  await node.host.mounts.unmount(root);
  expect((await daemon.perform('ve.destroy')).state).toBe('succeeded');
  expect(await node.host.files.list(node.run.ves)).toEqual([]);
});

test('a protected VE is not destroyed', async () => {
  await daemon.create({ spec: fakeSpec(1, { protected: true }) });
  await expect(daemon.perform('ve.destroy', { force: true })).rejects.toThrow(
    'VE ve101 is protected against destroy',
  );
});

test('limits of a running VE change at once, others are only written', async () => {
  await daemon.create({ start: true });
  node.host.cgroups.writes.length = 0;
  await daemon.perform('ve.set', { parameters: { numproc: 400 }, description: 'the shop' });
  expect(node.host.cgroups.writes).toEqual(['insula/ve/101/pids.max=400']);
  const written = JSON.parse(await node.host.files.readText(node.pool.privateArea(uuid).spec)) as object;
  expect(written).toEqual({ ...spec, parameters: { numproc: 400 }, description: 'the shop' });
  expect(daemon.registry.find(uuid).spec).toEqual(written);
});

test('a name that is taken is told before anything is done', async () => {
  await daemon.create();
  await daemon.create({ spec: fakeSpec(2) });
  await expect(daemon.perform('ve.rename', { name: 've102' })).rejects.toThrow('the name ve102 belongs to');
  expect((await daemon.perform('ve.rename', { name: 'shop' })).state).toBe('succeeded');
  expect(daemon.registry.find('shop').spec.uuid).toBe(uuid);
});

test('an operation on a VE that was destroyed while it waited names it', async () => {
  await daemon.create();
  await daemon.perform('ve.destroy');
  await expect(daemon.perform('ve.start')).rejects.toThrow('no VE ve101');
});

test.each([
  ['ve.stop', 'stopped', 'stop needs it running or paused'],
  ['ve.restart', 'stopped', 'restart needs it running or paused'],
  ['ve.pause', 'stopped', 'pause needs it running'],
  ['ve.resume', 'stopped', 'resume needs it paused'],
  ['ve.unmount', 'stopped', 'unmount needs it mounted'],
  ['ve.start', 'running', 'start needs it stopped or mounted'],
  ['ve.mount', 'running', 'mount needs it stopped'],
  ['ve.resume', 'running', 'resume needs it paused'],
])('%s of a VE that is %s is refused', async (kind, before, message) => {
  await daemon.create({ start: before === 'running' });
  await expect(daemon.perform(kind)).rejects.toThrow(`VE ve101 is ${before}; ${message}`);
});
