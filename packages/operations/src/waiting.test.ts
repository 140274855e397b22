import { expect, test } from 'vitest';
import { engineOf, hang, make, request } from './fake-world.ts';
import type { Plan } from './step.ts';

const hanging: Plan = { steps: [make('a'), hang], onCrash: 'rollback' };
const kill = { ...request, kind: 'kill' } as const;

test('a second operation on the same target is told who holds it', async () => {
  const { engine } = engineOf(hanging);
  const { id } = await engine.submit(request);
  await expect(engine.submit(request)).rejects.toThrow(`web1 is held by operation ${id} (test)`);
  engine.cancel(id);
  await engine.finished(id);
});

test('an operation that is still being planned is found as the holder and can be cancelled', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: plan, resolve: answer } = Promise.withResolvers<Plan>();
  const { engine, world } = engineOf({
    plan: async () => {
      ask();
      return await plan;
    },
  });
  const submitted = engine.submit(request);
  await asked;
  const holder = engine.holderOf('ve:u1');
  expect(holder).toMatchObject({ kind: 'test', state: 'queued' });
  await expect(engine.submit(request)).rejects.toThrow(`web1 is held by operation ${holder?.id} (test)`);
  engine.cancel(holder?.id ?? '');
  answer(hanging);
  await expect(submitted).rejects.toThrow('the operation was cancelled');
  expect(engine.holderOf('ve:u1')).toBeUndefined();
  expect(world.things.size).toBe(0);
});

test('an operation that waits for its turn runs after the one before it', async () => {
  const { engine, world } = engineOf(hanging);
  const first = await engine.submit(request);
  const second = await engine.submit({ ...kill, ifBusy: 'wait' });
  expect(second.state).toBe('queued');
  engine.cancel(first.id);
  expect((await engine.finished(second.id)).state).toBe('succeeded');
  expect([...world.things]).toEqual(['killed']);
});

test('an operation that waits can be cancelled, and does nothing then', async () => {
  const { engine, world, journal } = engineOf(hanging);
  const first = await engine.submit(request);
  const second = await engine.submit({ ...kill, ifBusy: 'wait' });
  engine.cancel(second.id);
  expect((await engine.finished(second.id)).state).toBe('cancelled');
  engine.cancel(first.id);
  await engine.finished(first.id);
  expect(world.things.size).toBe(0);
  expect(journal.find(second.id)).toMatchObject({ state: 'cancelled', steps: [] });
});

test('a cancel that comes between the turn and the plan is heard, even before a point of no return', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: plan, resolve: answer } = Promise.withResolvers<Plan>();
  let calls = 0;
  const { engine, world } = engineOf({
    plan: async () => {
      calls += 1;
      if (calls === 1) return hanging;
      ask();
      return await plan;
    },
  });
  const first = await engine.submit(request);
  const second = await engine.submit({ ...request, ifBusy: 'wait' });
  engine.cancel(first.id);
  await asked;
  engine.cancel(second.id);
  answer({ steps: [make('b')], onCrash: 'resume', cancellableBefore: 0 });
  expect((await engine.finished(second.id)).state).toBe('cancelled');
  expect(world.things.size).toBe(0);
});

test('a kill takes the place of an operation that still can be cancelled', async () => {
  const { engine } = engineOf(hanging);
  const first = await engine.submit(request);
  const killing = await engine.submit({ ...kill, preempts: ['test'] });
  expect((await engine.finished(killing.id)).state).toBe('succeeded');
  expect((await engine.finished(first.id)).state).toBe('cancelled');
});

test('a kill does not wait for those that came before it and wait themselves', async () => {
  const { engine } = engineOf(hanging);
  await engine.submit(request);
  const waiting = await engine.submit({ ...request, ifBusy: 'wait' });
  const killing = await engine.submit({ ...kill, preempts: ['test'] });
  expect((await engine.finished(waiting.id)).state).toBe('cancelled');
  expect((await engine.finished(killing.id)).state).toBe('succeeded');
});

test('a kill is told who holds its target when that does not give way', async () => {
  const { engine } = engineOf(hanging);
  const first = await engine.submit(request);
  await expect(engine.submit({ ...kill, preempts: ['other'] })).rejects.toThrow(/is held by operation/);
  engine.cancel(first.id);
  await engine.finished(first.id);
});

test('an engine that closes takes nothing more, turns away who waits and lets go on what runs', async () => {
  const { engine, journal } = engineOf(hanging);
  const running = await engine.submit(request);
  const waiting = await engine.submit({ ...kill, ifBusy: 'wait' });
  expect(await engine.close(20)).toBe(false);
  await expect(engine.submit(request)).rejects.toThrow('insulad is shutting down');
  expect(await engine.finished(waiting.id)).toMatchObject({
    state: 'failed',
    error: { code: 'shutting_down' },
  });
  expect(journal.unfinished().map(({ id }) => id)).toEqual([running.id]);
});

test('an engine that closes does not wait longer than it has to', async () => {
  const { engine } = engineOf({ steps: [make('a')], onCrash: 'rollback' });
  const { id } = await engine.submit(request);
  expect(await engine.close(60_000)).toBe(true);
  expect((await engine.finished(id)).state).toBe('succeeded');
});

test('what holds a lock for a short time is waited for, and told when it may last', async () => {
  const { engine, world } = engineOf(hanging);
  const { promise: work, resolve: done } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<boolean>();
  const held = engine.hold({ ...request, signal: new AbortController().signal }, async (wanted) => {
    begin(wanted.aborted);
    await work;
    return wanted.aborted;
  });
  expect(await begun).toBe(false);
  const next = await engine.submit({ ...kill, ifBusy: 'fail' });
  expect(next.state).toBe('queued');
  expect(world.things.size).toBe(0);
  done();
  expect(await held).toBe(true);
  expect((await engine.finished(next.id)).state).toBe('succeeded');
});

test('several that hold for a short time take turns, and an operation that holds is busy', async () => {
  const { engine } = engineOf(hanging);
  const signal = new AbortController().signal;
  const order: string[] = [];
  const hold = async (name: string) =>
    await engine.hold({ ...request, signal }, async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    });
  await Promise.all([hold('one'), hold('two')]);
  expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  const { id } = await engine.submit(request);
  await expect(hold('three')).rejects.toThrow(`web1 is held by operation ${id} (test)`);
  engine.cancel(id);
  await engine.finished(id);
  await hold('four');
  expect(order).toContain('four ends');
});
