import type { Snapshot } from '@insula/contract';
import { expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import { cgroupLayout, runLayout } from '../run-layout.ts';
import {
  planClone,
  planDeleteSnapshot,
  planReinstall,
  planRestoreSnapshot,
  planTakeSnapshot,
} from './copy-plans.ts';

const layout = { run: runLayout('/run/insula'), groups: cgroupLayout('insula') };
const spec = fakeSpec(1);
const snapshot: Snapshot = {
  name: 'before',
  description: '',
  createdAt: '2026-11-22T00:00:00.000Z',
  state: 'running',
  template: { name: 'debian-12', version: '1' },
  layout: 'plain',
  layers: [],
};
const actions = (plan: { readonly steps: readonly { readonly action: string }[] }) =>
  plan.steps.map(({ action }) => action);

test('only a folder that is written to is held still while it is copied', () => {
  const take = (of: 'plain' | 'image' | 'subvolume', running: boolean) =>
    actions(planTakeSnapshot({ uuid: spec.uuid, layout: of, running }, snapshot));
  expect(take('plain', true)).toEqual([
    'pause-container',
    'take-snapshot',
    'resume-container',
    'note-snapshot',
  ]);
  for (const [of, running] of [
    ['plain', false],
    ['image', true],
    ['subvolume', true],
  ] as const)
    expect(take(of, running)).toEqual(['take-snapshot', 'note-snapshot']);
});

test('a restore goes back to the template of the snapshot, and cannot be cancelled once files change places', () => {
  const plan = planRestoreSnapshot(spec, snapshot, null);
  expect(actions(plan)).toEqual([
    'stage-volume',
    'write-spec',
    'swap-volume',
    'note-snapshot',
    'drop-volume',
  ]);
  expect(plan).toMatchObject({ onCrash: 'resume', cancellableBefore: 2 });
  expect(plan.steps[1]?.args).toMatchObject({ spec: { template: snapshot.template }, previous: spec });
});

test('a reinstallation makes the new root from the new template, and goes back until it is in place', () => {
  const next = { ...spec, template: { name: 'debian-13', version: '2' } };
  const plan = planReinstall(next, spec, { credentials: true, keep: true });
  expect(actions(plan)).toEqual(['stage-root', 'write-spec', 'swap-root', 'settle-old-root']);
  expect(plan).toMatchObject({ onCrash: 'resume', cancellableBefore: 2 });
  expect(plan.steps[0]?.args).toMatchObject({ from: [spec.template], to: [next.template] });
});

test('a deletion is never taken back', () => {
  expect(planDeleteSnapshot(spec, 'before')).toMatchObject({ onCrash: 'resume', cancellableBefore: 0 });
});

test('a clone of a snapshot leaves its running origin alone', () => {
  const origin = { uuid: spec.uuid, layout: 'plain', running: true } as const;
  const clone = (from: string | null) =>
    actions(planClone(fakeSpec(2), { ...origin, snapshot: from }, layout, { start: false }));
  expect(clone('before')).toEqual(['copy-volume', 'write-spec']);
  expect(clone(null)).toEqual(['pause-container', 'copy-volume', 'resume-container', 'write-spec']);
});
