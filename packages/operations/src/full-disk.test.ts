import { expect, test } from 'vitest';
import { engineOf, finish, make, request } from './fake-world.ts';
import { MemoryJournal } from './memory-journal.ts';
import { isFinished, type OperationRecord } from './record.ts';
import type { Plan } from './step.ts';

/** A journal that refuses to write while the disk is full. */
class FullJournal extends MemoryJournal {
  readonly durable: string[] = [];
  readonly #isFull: (record: OperationRecord) => boolean;

  constructor(isFull: (record: OperationRecord) => boolean) {
    super();
    this.#isFull = isFull;
  }

  override save(record: OperationRecord, options: { readonly durable?: boolean } = {}): void {
    if (this.#isFull(record)) throw new Error('database or disk is full');
    if (options.durable === true) this.durable.push(record.state);
    super.save(record);
  }
}

const plan: Plan = { steps: [make('a'), make('b')], onCrash: 'rollback' };

test('an operation that cannot be journaled is not begun', async () => {
  const { engine, world } = engineOf(plan, { journal: new FullJournal(() => true) });
  await expect(engine.submit(request)).rejects.toThrow('database or disk is full');
  expect(engine.holderOf('ve:u1')).toBeUndefined();
  expect(world.things.size).toBe(0);
});

test('an operation that cannot be journaled any more is undone', async () => {
  const isFull = ({ steps, state }: OperationRecord) => state === 'running' && steps[1]?.state === 'running';
  const { engine, world } = engineOf(plan, { journal: new FullJournal(isFull) });
  const record = await finish(engine);
  expect(record).toMatchObject({ state: 'failed', error: { code: 'internal' } });
  expect(world.things.size).toBe(0);
});

test('past its point of no return an operation goes on without a journal', async () => {
  const journal = new FullJournal(({ state, steps }) => state === 'running' && steps[0]?.state !== 'pending');
  const { engine, world } = engineOf({ ...plan, onCrash: 'resume', cancellableBefore: 0 }, { journal });
  expect((await finish(engine)).state).toBe('succeeded');
  expect([...world.things]).toEqual(['a', 'b']);
});

test('the locks are held until the end is written', async () => {
  let refusals = 2;
  const journal = new FullJournal((record) => {
    if (!isFinished(record) || refusals === 0) return false;
    refusals -= 1;
    return true;
  });
  const { engine } = engineOf(plan, { journal });
  const { id } = await engine.submit(request);
  await expect.poll(() => refusals).toBeLessThan(2);
  expect(engine.holderOf('ve:u1')?.id).toBe(id);
  expect(await engine.finished(id)).toMatchObject({ state: 'succeeded' });
  expect(engine.holderOf('ve:u1')).toBeUndefined();
  expect(journal.find(id)?.state).toBe('succeeded');
});

test('a plan survives a loss of power, and so does the end of what would be rolled back', async () => {
  const rollback = new FullJournal(() => false);
  await finish(engineOf(plan, { journal: rollback }).engine);
  expect(rollback.durable).toEqual(['running', 'succeeded']);
  const resume = new FullJournal(() => false);
  await finish(engineOf({ ...plan, onCrash: 'resume' }, { journal: resume }).engine);
  expect(resume.durable).toEqual(['running']);
});
