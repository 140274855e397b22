import { expect, test } from 'vitest';
import { engineOf, fail, finish, make, request, World } from './fake-world.ts';
import { newRecord, stagesOf, takePlan } from './record.ts';
import type { Plan } from './step.ts';

/** A world with steps that end only once `count` of them have begun. */
function meeting(count: number) {
  const world = new World();
  let begun = 0;
  const waiting: (() => void)[] = [];
  const meet = {
    do: async ({ thing }: { readonly thing: string }) => {
      begun += 1;
      if (begun === count) for (const goOn of waiting) goOn();
      else await new Promise<void>((resolve) => waiting.push(resolve));
      world.things.add(thing);
    },
    undo: async ({ thing }: { readonly thing: string }) => void world.things.delete(thing),
  };
  Object.assign(world.handlers, { meet });
  return world;
}

const meet = (thing: string, beside = false) => ({
  action: 'meet',
  title: `meet ${thing}`,
  args: { thing },
  beside,
});

test('steps side by side are at work at the same time, and what follows waits for all of them', async () => {
  const steps = [meet('a'), meet('b', true), meet('c', true), make('d')];
  const { engine } = engineOf({ steps, onCrash: 'rollback' }, { world: meeting(3) });
  const record = await finish(engine);
  expect(record).toMatchObject({ state: 'succeeded', progress: 1 });
  expect((record.result as readonly string[]).at(-1)).toBe('d');
});

test('when one of them fails, the others end before anything is undone', async () => {
  const world = new World();
  const late = {
    do: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      world.things.add('late');
    },
    undo: async () => void world.things.delete('late'),
  };
  Object.assign(world.handlers, { late });
  const steps = [make('a'), { action: 'late', title: 'come late', args: {} }, { ...fail, beside: true }];
  const { engine } = engineOf({ steps, onCrash: 'rollback' }, { world });
  const record = await finish(engine);
  expect(record).toMatchObject({ state: 'failed', error: { code: 'no_address' } });
  expect(record.steps.map(({ state }) => state)).toEqual(['undone', 'undone', 'failed']);
  expect([...world.things]).toEqual([]);
});

test('nothing runs side by side across the point of no return', () => {
  const record = newRecord(request);
  const steps = ['a', 'b', 'c', 'd'].map((thing) => ({ ...make(thing), beside: true }));
  const plan: Plan = { steps, onCrash: 'resume', cancellableBefore: 2 };
  takePlan(record, plan);
  expect(stagesOf(record)).toEqual([
    [0, 1],
    [2, 3],
  ]);
});
