import { asCodedError, fault } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OperationEngine, type OperationKind } from './engine.ts';
import type { FaultInjector, FaultPoint } from './executor.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { OperationRecord } from './record.ts';
import type { Plan, StepHandlers } from './step.ts';

/** A world of named things that steps make and undo, as mounts and cgroups are made and undone. */
class World {
  readonly things = new Set<string>();
  readonly handlers: StepHandlers = {
    make: {
      do: async ({ thing }: { readonly thing: string }) => void this.things.add(thing),
      undo: async ({ thing }: { readonly thing: string }) => void this.things.delete(thing),
    },
    drop: { do: async ({ thing }: { readonly thing: string }) => void this.things.delete(thing) },
    fail: {
      do: async () => {
        throw fault('no_address', { pool: '10.0.0.0/30' });
      },
    },
    hang: {
      do: async (_args, { signal }) =>
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    },
  };
}

const make = (thing: string) => ({ action: 'make', title: `make ${thing}`, args: { thing } });
const target = { kind: 've', id: 'u1', name: 'web1' } as const;
const request = { kind: 'test', target, input: null, locks: ['ve:u1'], ifBusy: 'fail' } as const;

function engineOf(
  plan: Plan | OperationKind,
  world = new World(),
  journal = new MemoryJournal(),
  injectFault?: FaultInjector,
) {
  const kind: OperationKind = 'steps' in plan ? { plan: () => plan, result: () => [...world.things] } : plan;
  const engine = new OperationEngine({
    journal,
    handlers: world.handlers,
    kinds: { test: kind, kill: { plan: () => ({ steps: [make('killed')], onCrash: 'resume' }) } },
    changed: () => undefined,
    codeError: asCodedError,
    ...(injectFault === undefined ? {} : { injectFault }),
  });
  return { engine, world, journal };
}

const finish = async (engine: OperationEngine) => await engine.finished((await engine.submit(request)).id);

test('an operation does its steps in order and answers with its result', async () => {
  const { engine, journal } = engineOf({ steps: [make('a'), make('b')], onCrash: 'rollback' });
  const record = await finish(engine);
  expect(record).toMatchObject({ state: 'succeeded', progress: 1, result: ['a', 'b'], error: null });
  expect(journal.find(record.id)?.steps.map((step) => step.state)).toEqual(['done', 'done']);
});

test('a failing step undoes what was done before it, and its error is the operation’s', async () => {
  const failing = { action: 'fail', title: 'fail', args: {} };
  const { engine, world } = engineOf({ steps: [make('a'), make('b'), failing], onCrash: 'rollback' });
  const record = await finish(engine);
  expect(record.state).toBe('failed');
  expect(record.error).toMatchObject({ code: 'no_address', detail: 'no free address in 10.0.0.0/30' });
  expect(world.things.size).toBe(0);
});

test('a cancelled operation is undone', async () => {
  const { engine, world } = engineOf({
    steps: [make('a'), { action: 'hang', title: 'hang', args: {} }],
    onCrash: 'rollback',
  });
  const { id } = await engine.submit(request);
  engine.cancel(id);
  expect((await engine.finished(id)).state).toBe('cancelled');
  expect(world.things.size).toBe(0);
});

test('past its point of no return an operation cannot be cancelled', async () => {
  const { engine } = engineOf({ steps: [make('a')], onCrash: 'resume', cancellableBefore: 0 });
  const { id } = await engine.submit(request);
  expect(() => engine.cancel(id)).toThrow(/cannot be cancelled/);
  expect((await engine.finished(id)).state).toBe('succeeded');
});

test('a second operation on the same target is told who holds it', async () => {
  const { engine } = engineOf({ steps: [{ action: 'hang', title: 'hang', args: {} }], onCrash: 'rollback' });
  const { id } = await engine.submit(request);
  await expect(engine.submit(request)).rejects.toThrow(`web1 is held by operation ${id} (test)`);
  engine.cancel(id);
  await engine.finished(id);
});

test('an operation that waits for its turn runs after the one before it', async () => {
  const { engine, world } = engineOf({
    steps: [{ action: 'hang', title: 'hang', args: {} }],
    onCrash: 'rollback',
  });
  const first = await engine.submit(request);
  const second = await engine.submit({ ...request, kind: 'kill', ifBusy: 'wait' });
  expect(second.state).toBe('queued');
  engine.cancel(first.id);
  expect((await engine.finished(second.id)).state).toBe('succeeded');
  expect(world.things).toContain('killed');
});

test('a kill takes the place of an operation that still can be cancelled', async () => {
  const { engine } = engineOf({ steps: [{ action: 'hang', title: 'hang', args: {} }], onCrash: 'rollback' });
  const first = await engine.submit(request);
  const kill = await engine.submit({ ...request, kind: 'kill', preempts: ['test'] });
  expect((await engine.finished(kill.id)).state).toBe('succeeded');
  expect((await engine.finished(first.id)).state).toBe('cancelled');
});

test('a plan that cannot be made leaves no lock behind', async () => {
  const { engine } = engineOf({
    plan: () => {
      throw fault('ve_not_found', { ve: 'web1' });
    },
  });
  await expect(engine.submit(request)).rejects.toThrow('no VE web1');
  await expect(engine.submit(request)).rejects.toThrow('no VE web1');
});

/** Takes the world and the journal as they are at the fault, as if the daemon were killed there, and lets a new one recover. */
async function crashAndRecover(
  plan: Plan,
  stepIndex: number,
  point: FaultPoint,
): Promise<{ record: OperationRecord; world: World }> {
  const world = new World();
  const journal = new MemoryJournal();
  const injectFault: FaultInjector = (record, index, reached) => {
    if (index !== stepIndex || reached !== point) return;
    for (const thing of before.world.things) world.things.add(thing);
    journal.save(before.journal.find(record.id) ?? record);
  };
  const before = engineOf(plan, new World(), new MemoryJournal(), injectFault);
  before.world.things.add('old');
  const { id } = await finish(before.engine);
  const after = engineOf(plan, world, journal);
  after.engine.recover();
  return { record: await after.engine.finished(id), world };
}

const points: readonly FaultPoint[] = ['begun', 'done'];

test('wherever a daemon dies, an operation that rolls back leaves the world as it was', async () => {
  const plan: Plan = { steps: [make('a'), make('b'), make('c')], onCrash: 'rollback' };
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.constantFrom(...points), async (step, point) => {
      const { record, world } = await crashAndRecover(plan, step, point);
      expect(record.state).toBe('failed');
      expect([...world.things]).toEqual(['old']);
    }),
  );
});

test('wherever a daemon dies, an operation that resumes ends as it was asked to', async () => {
  const plan: Plan = {
    steps: [{ action: 'drop', title: 'drop old', args: { thing: 'old' } }, make('a'), make('b')],
    onCrash: 'resume',
  };
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.constantFrom(...points), async (step, point) => {
      const { record, world } = await crashAndRecover(plan, step, point);
      expect(record).toMatchObject({ state: 'succeeded', recovery: 'resumed' });
      expect([...world.things].sort()).toEqual(['a', 'b']);
    }),
  );
});
