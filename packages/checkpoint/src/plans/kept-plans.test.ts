import type { Snapshot, VeSpec } from '@insula/contract';
import { cgroupLayout, runLayout } from '@insula/ve';
import { poolLayout } from '@insula/vzfs';
import { expect, test } from 'vitest';
import { planKeepCheckpoint, planRestoreCheckpoint } from './kept-plans.ts';

const layout = { run: runLayout('/run/insula'), groups: cgroupLayout('insula'), pool: poolLayout('/pool') };
const template = { name: 'debian-12', version: '2' };
const spec = {
  uuid: '00000000-0000-4000-8000-000000000001',
  ctid: 101,
  layout: 'plain',
  idBase: 65_536,
  addresses: ['10.1.0.2'],
  template,
  parameters: {},
} as unknown as VeSpec;
const snapshot: Snapshot = {
  name: 'one',
  description: '',
  createdAt: '2026-11-28T00:00:00.000Z',
  state: 'running',
  template: { name: 'debian-12', version: '1' },
  layout: 'plain',
  layers: [],
  parent: 'root',
  processes: true,
};
const actions = (plan: { readonly steps: readonly { readonly action: string }[] }) =>
  plan.steps.map(({ action }) => action);

test('files are copied while the processes that belong to them stand still', () => {
  for (const keepRunning of [true, false]) {
    const order = actions(planKeepCheckpoint(spec, layout, { snapshot, keepRunning }));
    const places = [
      'hold-traffic',
      'freeze-processes',
      'dump-processes',
      'seal-checkpoint',
      'take-snapshot',
    ].map((action) => order.indexOf(action));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(order.indexOf(keepRunning ? 'resume-container' : 'kill-processes')).toBeGreaterThan(
      order.indexOf('note-snapshot'),
    );
    expect(order.at(-1)).toBe('release-traffic');
  }
  const stopping = planKeepCheckpoint(spec, layout, { snapshot, keepRunning: false });
  expect(actions(stopping)[stopping.cancellableBefore ?? 0]).toBe('kill-processes');
});

test('what a VE is ends only when everything that it becomes is there, and its files go last', () => {
  const restore = (state: 'running' | 'stopped' | 'suspended') =>
    planRestoreCheckpoint(spec, layout, { snapshot, current: null, state });
  const running = restore('running');
  const order = actions(running);
  expect(order.indexOf('kill-processes')).toBe(running.cancellableBefore);
  expect(order.indexOf('stage-volume')).toBeLessThan(order.indexOf('kill-processes'));
  expect(order.indexOf('exchange-volume')).toBeGreaterThan(order.indexOf('unmount-root'));
  expect(order.at(-1)).toBe('drop-volume');
  expect(actions(restore('stopped'))).not.toContain('kill-processes');
  const suspended = actions(restore('suspended'));
  expect(suspended).toContain('keep-traffic-held');
  expect(suspended.indexOf('discard-checkpoint')).toBeGreaterThan(suspended.indexOf('restore-processes'));
  expect(suspended.indexOf('discard-checkpoint')).toBeLessThan(suspended.indexOf('let-go'));
  const mount = running.steps.find(({ action }) => action === 'mount-root');
  expect(mount?.args).toMatchObject({ layers: [snapshot.template] });
});
