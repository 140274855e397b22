import type { VeSpec } from '@insula/contract';
import { cgroupLayout, runLayout } from '@insula/ve';
import { poolLayout } from '@insula/vzfs';
import { expect, test } from 'vitest';
import { planRenew } from './renew-plan.ts';

const layout = { run: runLayout('/run/insula'), groups: cgroupLayout('insula'), pool: poolLayout('/pool') };
const previous = {
  uuid: '00000000-0000-4000-8000-000000000001',
  ctid: 101,
  layout: 'plain',
  layers: [],
  idBase: 65_536,
  addresses: ['10.1.0.2'],
  template: { name: 'debian-12', version: '2' },
  parameters: {},
} as unknown as VeSpec;
const order = (next: VeSpec) => {
  const plan = planRenew({ previous, next, limits: null }, layout);
  return { plan, actions: plan.steps.map(({ action }) => action) };
};
const isInOrder = (actions: readonly string[], wanted: readonly string[]) => {
  const places = wanted.map((action) => actions.indexOf(action));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
};

test('nothing ends before its processes are on the disk, and they are removed last', () => {
  const { plan, actions } = order(previous);
  isInOrder(actions, [
    ...['hold-traffic', 'freeze-processes', 'dump-processes', 'commit-checkpoint', 'kill-processes'],
    ...['unmount-root', 'mount-root', 'restore-processes', 'use-checkpoint', 'let-go', 'release-traffic'],
    'discard-checkpoint',
  ]);
  expect(actions[plan.cancellableBefore ?? 0]).toBe('commit-checkpoint');
  expect(actions).not.toContain('stage-volume');
});

test('files of another layout are copied while it stands still and can still go on, and change places when nothing has them open', () => {
  const { actions } = order({ ...previous, layout: 'subvolume' });
  isInOrder(actions, [
    ...['freeze-processes', 'stage-volume', 'commit-checkpoint', 'unmount-root', 'exchange-layout'],
    ...['mount-root', 'let-go', 'discard-volume'],
  ]);
});

test('limits that it runs with only until its next start stay', () => {
  const plan = planRenew({ previous, next: previous, limits: { numproc: 50 } }, layout);
  expect(plan.steps.find(({ action }) => action === 'apply-limits')?.args).toMatchObject({
    values: { numproc: 50 },
  });
});
