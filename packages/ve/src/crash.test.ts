import { expect, test } from 'vitest';
import { type FakeDaemon, FakeNode, type Moment } from './fake-node.ts';
import { fakeSpec } from './fake-spec.ts';
import { stateOf } from './runtime.ts';

interface Walk {
  /** What there is before. */
  readonly before: (daemon: FakeDaemon, node: FakeNode) => Promise<unknown>;
  readonly work: (daemon: FakeDaemon) => Promise<unknown>;
  /** How an interrupted operation ends: undone, or done. */
  readonly ends: 'as before' | 'as asked';
}

const spec = fakeSpec();
const created = async (daemon: FakeDaemon) => await daemon.create();
const running = async (daemon: FakeDaemon) => await daemon.create({ start: true });
const mounted = async (daemon: FakeDaemon) => {
  await daemon.create();
  await daemon.perform('ve.mount');
};
const ended = (status: number) => async (daemon: FakeDaemon, node: FakeNode) => {
  await daemon.create({ start: true });
  node.host.conmon.exit(spec.uuid, status);
};
const perform =
  (kind: string, input: unknown = null) =>
  async (daemon: FakeDaemon) =>
    await daemon.perform(kind, input);

const walks: Readonly<Record<string, Walk>> = {
  'a creation': { before: async () => undefined, work: created, ends: 'as before' },
  'a creation with a start': { before: async () => undefined, work: running, ends: 'as before' },
  'a start': { before: created, work: perform('ve.start'), ends: 'as asked' },
  'a start of a mounted VE': { before: mounted, work: perform('ve.start'), ends: 'as asked' },
  'a stop': { before: running, work: perform('ve.stop'), ends: 'as asked' },
  'a kill': { before: running, work: perform('ve.kill'), ends: 'as asked' },
  'a restart': { before: running, work: perform('ve.restart'), ends: 'as asked' },
  'a reboot from inside': { before: ended(129), work: perform('ve.reboot'), ends: 'as asked' },
  'settling after a crash': {
    before: ended(1),
    work: perform('ve.settle', { crashed: true }),
    ends: 'as asked',
  },
  'a pause': { before: running, work: perform('ve.pause'), ends: 'as before' },
  'a mount': { before: created, work: perform('ve.mount'), ends: 'as before' },
  'an unmount': { before: mounted, work: perform('ve.unmount'), ends: 'as asked' },
  'a change of limits': {
    before: running,
    work: perform('ve.set', { parameters: { numproc: 400 } }),
    ends: 'as before',
  },
  'a change of limits inside': {
    before: running,
    work: perform('ve.set', { parameters: { nummsg: 50, numfile: 900, numpty: 7, numproc: 400 } }),
    ends: 'as before',
  },
  'a change for one run alone': {
    before: running,
    work: perform('ve.set', { runtime: true, parameters: { nummsg: 50, numproc: 400 } }),
    ends: 'as before',
  },
  'a destruction': { before: created, work: perform('ve.destroy'), ends: 'as asked' },
  'a destruction by force': {
    before: running,
    work: perform('ve.destroy', { force: true }),
    ends: 'as asked',
  },
};

/** All that can be told of a node by who looks at its disk, its kernel and a daemon that has just come up. */
async function viewOf(node: FakeNode): Promise<unknown> {
  const daemon = await node.boot();
  const ves = daemon.registry.list().map((ve) => ({
    spec: ve.spec,
    state: stateOf(ve.runtime),
    wanted: ve.runtime.wanted,
    parameters: ve.runtime.parameters,
    crashes: ve.runtime.crashes,
    lastExit: ve.runtime.lastExit?.kind,
  }));
  // a new group has the kernel's own, which nobody writes
  const limit = node.host.cgroups.values.get('pids:insula/ve/101/pids.max') ?? 'max';
  const inside = node.host.guestLimits.inForce;
  const limitsInside = [
    inside.get('kernel.msgmni') ?? '32000',
    inside.get('RLIMIT_NOFILE') ?? '524288',
    inside.get('terminals') ?? '4096',
  ];
  return { ves, limit, limitsInside, unreadable: daemon.unreadable, traces: await node.traces() };
}

test.each(Object.entries(walks))(
  'wherever a daemon dies in %s, the next one sets it right',
  async (_name, walk) => {
    const node = await FakeNode.make();
    await walk.before(await node.boot(), node);
    const before = await viewOf(node);
    const daemon = await node.boot();
    const booted = daemon.calls;
    await walk.work(daemon);
    const asked = await viewOf(node);
    for (const moment of daemon.momentsAfter(booted)) {
      const { view, isBegun, story } = await dieAt(walk, moment);
      // An operation that was not journaled yet has changed nothing; one whose end was is over.
      const right = isBegun ? [walk.ends === 'as asked' ? asked : before] : [before, asked];
      expect(right, story).toContainEqual(view);
    }
  },
);

/** What there is after a daemon died in its work and another one took it up. */
async function dieAt({ before, work }: Walk, moment: Moment) {
  const node = await FakeNode.make();
  await before(await node.boot(), node);
  const daemon = await node.boot(moment);
  work(daemon).catch(() => undefined);
  await daemon.death;
  const isBegun = node.journal.unfinished().length > 0;
  const [operation] = await (await node.boot()).recover();
  expect(node.journal.unfinished()).toEqual([]);
  const steps = operation?.steps.map(({ action, state }) => `${action} ${state}`);
  const story = JSON.stringify({ ...moment, state: operation?.state, log: operation?.log, steps }, null, 1);
  return { view: await viewOf(node), isBegun, story };
}

const cancellable = Object.entries(walks).filter(
  ([name, { ends }]) => ends === 'as before' || name.startsWith('a start'),
);

test.each(cancellable)(
  'wherever %s is cancelled, all is as before, or it was too late',
  async (_name, walk) => {
    const node = await FakeNode.make();
    await walk.before(await node.boot(), node);
    const before = await viewOf(node);
    const daemon = await node.boot();
    const booted = daemon.calls;
    await walk.work(daemon);
    const asked = await viewOf(node);
    for (const moment of daemon.momentsAfter(booted)) {
      const { view, state } = await cancelAt(walk, moment);
      const right = { cancelled: before, succeeded: asked, refused: before }[state];
      expect(view, `${state} at call ${moment.call}`).toEqual(right);
    }
  },
);

/** What there is after an operation was cancelled in the middle of its work. */
async function cancelAt({ before, work }: Walk, moment: Moment) {
  const node = await FakeNode.make();
  await before(await node.boot(), node);
  const daemon = await node.boot(moment, () => {
    const id = daemon.engine.holderOf(`ve:${spec.uuid}`)?.id;
    if (id !== undefined) daemon.engine.cancel(id);
  });
  const record = await work(daemon).catch(() => ({ state: 'refused' }));
  const { state } = record as { readonly state: 'cancelled' | 'succeeded' | 'refused' };
  return { view: await viewOf(node), state };
}
