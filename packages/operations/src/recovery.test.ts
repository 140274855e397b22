import { fault } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FaultInjector, FaultPoint } from './executor.ts';
import { drop, engineOf, fail, finish, hang, make, request, World } from './fake-world.ts';
import { MemoryJournal } from './memory-journal.ts';
import { newRecord, type OperationRecord, takePlan } from './record.ts';
import type { Plan } from './step.ts';

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
  const before = engineOf(plan, { injectFault });
  before.world.things.add('old');
  const { id } = await finish(before.engine);
  const after = engineOf(plan, { world, journal });
  after.engine.recover();
  return { record: await after.engine.finished(id), world };
}

/** Some of the steps run side by side with the one before them. */
const asGrouped = (plan: Plan, beside: readonly boolean[]): Plan => ({
  ...plan,
  steps: plan.steps.map((step, index) => ({ ...step, beside: beside[index] === true })),
});
const anyGroups = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });

test('wherever a daemon dies, an operation that rolls back leaves the world as it was', async () => {
  const sequence: Plan = { steps: [make('a'), make('b'), make('c')], onCrash: 'rollback' };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.constantFrom('begun' as const, 'done'),
      anyGroups,
      async (step, point, groups) => {
        const plan = asGrouped(sequence, groups);
        const { record, world } = await crashAndRecover(plan, step, point);
        expect(record).toMatchObject({
          state: 'failed',
          recovery: 'rolled-back',
          error: { code: 'interrupted' },
        });
        expect([...world.things]).toEqual(['old']);
      },
    ),
  );
});

test('wherever a daemon dies, an operation that resumes ends as it was asked to', async () => {
  const sequence: Plan = { steps: [drop('old'), make('a'), make('b')], onCrash: 'resume' };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.constantFrom('begun' as const, 'done'),
      anyGroups,
      async (step, point, groups) => {
        const plan = asGrouped(sequence, groups);
        const { record, world } = await crashAndRecover(plan, step, point);
        expect(record).toMatchObject({ state: 'succeeded', recovery: 'resumed' });
        expect([...world.things].sort()).toEqual(['a', 'b']);
      },
    ),
  );
});

test('the time that an operation may take goes on while the daemon is away', async () => {
  const plan: Plan = { steps: [make('a'), make('b')], onCrash: 'resume', timeLimit: 3600 };
  const journal = new MemoryJournal();
  const record = newRecord(request);
  takePlan(record, { ...plan, steps: [...plan.steps, hang] });
  record.startedAt = new Date(Date.now() - 3_600_000).toISOString();
  journal.save(record);
  const { engine, world } = engineOf(plan, { journal });
  engine.recover();
  expect(await engine.finished(record.id)).toMatchObject({
    recovery: 'resumed',
    error: { code: 'time_limit' },
  });
  expect(world.things.size).toBe(0);
});

test('wherever a daemon dies while it undoes, the next one undoes the rest and tells why it was undone', async () => {
  const plan: Plan = { steps: [make('a'), make('b'), fail], onCrash: 'resume' };
  await fc.assert(
    fc.asyncProperty(fc.nat(1), fc.constantFrom('undo-begun' as const, 'undo-done'), async (step, point) => {
      const { record, world } = await crashAndRecover(plan, step, point);
      const error = { code: 'no_address' };
      expect(record).toMatchObject({ state: 'failed', recovery: 'rolled-back', error });
      expect([...world.things]).toEqual(['old']);
    }),
  );
});

/** A journal with one record in it, as an earlier daemon left it. */
function journalWith(plan: Plan | null, change: (record: OperationRecord) => void = () => undefined) {
  const journal = new MemoryJournal();
  const record = newRecord(request);
  if (plan !== null) takePlan(record, plan);
  change(record);
  journal.save(record);
  return { journal, id: record.id };
}

test('what an earlier daemon left holds its locks before anything new is taken', async () => {
  const plan: Plan = { steps: [hang], onCrash: 'resume' };
  const { journal, id } = journalWith(plan);
  const { engine } = engineOf(plan, { journal });
  expect(engine.recover().map((record) => record.id)).toEqual([id]);
  await expect(engine.submit(request)).rejects.toThrow(`web1 is held by operation ${id} (test)`);
  engine.cancel(id);
  expect((await engine.finished(id)).state).toBe('cancelled');
});

test('an operation that only waited is told to be interrupted, and nothing is done', async () => {
  const { journal, id } = journalWith(null);
  const { engine, world } = engineOf({ steps: [make('a')], onCrash: 'rollback' }, { journal });
  engine.recover();
  expect(await engine.finished(id)).toMatchObject({
    state: 'failed',
    error: { code: 'interrupted', detail: expect.stringContaining('nothing had been done') },
  });
  expect(world.things.size).toBe(0);
});

test('an operation that waited for an interrupted one does not disturb it', async () => {
  const plan: Plan = { steps: [hang], onCrash: 'resume' };
  const { journal, id } = journalWith(plan);
  const waiting = newRecord(request);
  journal.save(waiting);
  const { engine } = engineOf(plan, { journal });
  engine.recover();
  expect((await engine.finished(waiting.id)).state).toBe('failed');
  expect(engine.holderOf('ve:u1')?.id).toBe(id);
  engine.cancel(id);
  await engine.finished(id);
});

test('a cancel that the daemon’s death interrupted is still a cancel', async () => {
  const plan: Plan = { steps: [make('a')], onCrash: 'resume' };
  const { journal, id } = journalWith(plan, (record) => {
    record.state = 'undoing';
    record.error = fault('cancelled').toProblem();
    for (const step of record.steps) step.state = 'undoing';
  });
  const { engine } = engineOf(plan, { journal });
  engine.recover();
  expect((await engine.finished(id)).state).toBe('cancelled');
});

test('a step that this daemon does not know is told in the log, and the others are undone', async () => {
  const plan: Plan = {
    steps: [make('a'), { action: 'dance', title: 'dance', args: {} }],
    onCrash: 'rollback',
  };
  const { journal, id } = journalWith(plan, (record) => {
    for (const step of record.steps) step.state = 'done';
  });
  const world = new World();
  world.things.add('a');
  const { engine } = engineOf(plan, { journal, world });
  engine.recover();
  const record = await engine.finished(id);
  expect(record.error?.detail).toContain('undoing it failed in part, see its log');
  expect(record.log.join('\n')).toContain('no handler for the step dance');
  expect(world.things.size).toBe(0);
});
