import { expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import { planOptimize } from './optimize-plan.ts';

const [one, two] = [fakeSpec(1), fakeSpec(2, { parameters: { diskspace: 1000 }, layout: 'image' })];

test('all VEs are read before any is touched, and nothing leaves one before its layer is its own', () => {
  const { steps } = planOptimize([one, two], { lenient: false });
  const layer = ['make-own-layer', 'publish-own-layer', 'adopt-own-layer', 'leave-to-layer'];
  expect(steps.map(({ action }) => action)).toEqual([
    ...['read-changes', 'read-changes', 'find-equal-files'],
    ...layer,
    ...layer,
    ...['report-relocations', 'drop-relocations'],
  ]);
});

test('a crash resumes it, and it can be cancelled at any step', () => {
  const plan = planOptimize([one], { lenient: false });
  expect(plan.onCrash).toBe('resume');
  expect(plan.cancellableBefore).toBeUndefined();
});

test('a layer of its own gives a VE no more than its disk space once more', () => {
  const roomOf = (spec: typeof one) =>
    planOptimize([spec], { lenient: false }).steps.find(({ action }) => action === 'make-own-layer')?.args;
  expect(roomOf(one)).toMatchObject({ roomBytes: null, layers: [] });
  expect(roomOf(two)).toMatchObject({ roomBytes: 1000, layout: 'image' });
});

test('a plan survives the journal', () => {
  const plan = planOptimize([one, two], { lenient: true });
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});
