import { fault } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { engineOf, fail, finish, hang, make, request, stick, World } from './fake-world.ts';
import type { OperationRecord } from './record.ts';

test('an operation does its steps in order and answers with its result', async () => {
  const { engine, journal } = engineOf({ steps: [make('a'), make('b')], onCrash: 'rollback' });
  const record = await finish(engine);
  expect(record).toMatchObject({ state: 'succeeded', progress: 1, result: ['a', 'b'], error: null });
  expect(journal.find(record.id)?.steps.map((step) => step.state)).toEqual(['done', 'done']);
});

test('a failing step undoes what was done before it, and its error is the operation’s', async () => {
  const { engine, world } = engineOf({ steps: [make('a'), make('b'), fail], onCrash: 'rollback' });
  const record = await finish(engine);
  expect(record.state).toBe('failed');
  expect(record.error).toMatchObject({ code: 'no_address', detail: 'no free address in 10.0.0.0/30' });
  expect(record.steps.map((step) => step.state)).toEqual(['undone', 'undone', 'failed']);
  expect(world.things.size).toBe(0);
});

test('an undo that fails is told in the log, and the others still run', async () => {
  const { engine, world } = engineOf({ steps: [make('a'), stick('b'), fail], onCrash: 'rollback' });
  const record = await finish(engine);
  expect(record.error?.code).toBe('no_address');
  expect(record.log).toEqual(['undo of "stick b" failed: a fault of insula itself: it sticks']);
  expect([...world.things]).toEqual(['b']);
});

test('a cancelled operation is undone', async () => {
  const { engine, world } = engineOf({ steps: [make('a'), hang], onCrash: 'rollback' });
  const { id } = await engine.submit(request);
  engine.cancel(id);
  expect((await engine.finished(id)).state).toBe('cancelled');
  expect(world.things.size).toBe(0);
});

test('an operation that takes longer than it may is given up and undone', async () => {
  const { engine, world } = engineOf({ steps: [make('a'), hang], onCrash: 'resume', timeLimit: 0.01 });
  expect(await finish(engine)).toMatchObject({
    state: 'failed',
    error: { code: 'time_limit', details: { target: 'web1', seconds: 0.01 } },
  });
  expect(world.things.size).toBe(0);
});

test('an operation that is past its point of no return when its time is up goes on', async () => {
  const linger = { do: async () => await new Promise<void>((resolve) => setTimeout(resolve, 30)) };
  const world = new World();
  Object.assign(world.handlers, { linger });
  const steps = [make('a'), { action: 'linger', title: 'linger', args: {} }, make('b')];
  const plan = { steps, onCrash: 'resume', cancellableBefore: 1, timeLimit: 0.01 } as const;
  expect(await finish(engineOf(plan, { world }).engine)).toMatchObject({ state: 'succeeded' });
  expect([...world.things]).toEqual(['a', 'b']);
});

test('past its point of no return an operation cannot be cancelled', async () => {
  const { engine } = engineOf({ steps: [make('a')], onCrash: 'resume', cancellableBefore: 0 });
  const { id } = await engine.submit(request);
  expect(() => engine.cancel(id)).toThrow(/past its point of no return/);
  expect((await engine.finished(id)).state).toBe('succeeded');
});

test('what has ended, or never was, cannot be cancelled', async () => {
  const { engine } = engineOf({ steps: [], onCrash: 'rollback' });
  const { id } = await finish(engine);
  expect(() => engine.cancel(id)).toThrow(/it has ended/);
  expect(() => engine.cancel('nobody')).toThrow(/no operation nobody/);
  await expect(engine.finished('nobody')).rejects.toThrow(/no operation nobody/);
});

test('a plan that cannot be made leaves neither lock nor record behind', async () => {
  const { engine, journal } = engineOf({
    plan: () => {
      throw fault('ve_not_found', { ve: 'web1' });
    },
  });
  await expect(engine.submit(request)).rejects.toThrow('no VE web1');
  await expect(engine.submit(request)).rejects.toThrow('no VE web1');
  expect(journal.list({ limit: 10 })).toEqual([]);
});

test('a dry run plans, does nothing and leaves no trace', async () => {
  const { engine, world, journal } = engineOf({ steps: [make('a')], onCrash: 'rollback' });
  expect((await engine.dryRun(request)).steps).toEqual([make('a')]);
  expect(world.things.size).toBe(0);
  expect(journal.list({ limit: 10 })).toEqual([]);
  expect([engine.canUndo('make'), engine.canUndo('drop')]).toEqual([true, false]);
});

test('an unknown kind is refused', async () => {
  const { engine } = engineOf({ steps: [], onCrash: 'rollback' });
  await expect(engine.submit({ ...request, kind: 'dance' })).rejects.toThrow(
    /unknown kind of operation dance/,
  );
});

test('what happens after the end is told in the log and changes nothing of the outcome', async () => {
  const { engine } = engineOf({
    plan: () => ({ steps: [make('a')], onCrash: 'rollback' }),
    ended: () => {
      throw new Error('no view');
    },
  });
  const record = await finish(engine);
  expect(record).toMatchObject({
    state: 'succeeded',
    log: ['after the end: a fault of insula itself: no view'],
  });
});

test('the locks are free when the end is told', async () => {
  let holder: OperationRecord | undefined;
  const { engine } = engineOf(
    { steps: [make('a')], onCrash: 'rollback' },
    {
      changed: (record) => {
        if (record.endedAt !== null) holder = engine.holderOf('ve:u1');
      },
    },
  );
  await finish(engine);
  expect(holder).toBeUndefined();
});

test('progress only grows, and stays between 0 and 1', async () => {
  const report = fc.record({ weight: fc.integer({ min: 0, max: 9 }), fractions: fc.array(fc.double()) });
  await fc.assert(
    fc.asyncProperty(fc.array(report, { maxLength: 4 }), async (reports) => {
      const world = new World();
      const tell = {
        do: async (
          { fractions }: { readonly fractions: readonly number[] },
          { progress }: { progress: (fraction: number) => void },
        ) => {
          for (const fraction of fractions) progress(fraction);
        },
      };
      Object.assign(world.handlers, { tell });
      const seen: number[] = [];
      const steps = reports.map(({ weight, fractions }) => ({
        action: 'tell',
        title: 'tell',
        args: { fractions },
        weight,
      }));
      const { engine } = engineOf(
        { steps, onCrash: 'rollback' },
        { world, changed: ({ progress }) => seen.push(progress) },
      );
      await finish(engine);
      expect(seen.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(1);
    }),
  );
});

test('nobody sees the end of an operation before its kind has brought its views up to date', async () => {
  const { promise: upToDate, resolve } = Promise.withResolvers<void>();
  const { engine } = engineOf({
    plan: () => ({ steps: [make('a')], onCrash: 'rollback' }),
    ended: async () => await upToDate,
    result: () => 'made',
  });
  const { id } = await engine.submit(request);
  await new Promise((done) => setTimeout(done, 20));
  expect(engine.find(id)).toMatchObject({ state: 'running', endedAt: null });
  resolve();
  expect(await engine.finished(id)).toMatchObject({ state: 'succeeded', result: 'made' });
});
