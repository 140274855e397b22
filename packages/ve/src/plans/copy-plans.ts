import type { Snapshot, VeSpec } from '@insula/contract';
import { volumeLimits } from '@insula/resources';
import { layersOf, type VolumeSource } from '@insula/vzfs';
import type { VeStep } from '../actions/actions.ts';
import type { NodeLayout } from '../run-layout.ts';
import type { VePlan } from './plans.ts';
import { startSteps } from './start-steps.ts';

/** A VE whose files are copied. */
export interface Copied {
  readonly uuid: string;
  readonly layout: VeSpec['layout'];
  /** Whether its processes may write meanwhile. */
  readonly running: boolean;
}

/** A folder is not copied at one moment: while it is copied nothing may write to it. Other layouts see to that themselves. */
export function inStillness<AnyStep>(
  { uuid, layout, running }: Copied,
  steps: readonly AnyStep[],
): readonly (AnyStep | VeStep)[] {
  if ((layout !== 'plain' && layout !== 'project') || !running) return steps;
  return [
    { action: 'pause-container', title: 'freeze its processes', args: { uuid } },
    ...steps,
    { action: 'resume-container', title: 'let them go on', args: { uuid } },
  ];
}

export function planTakeSnapshot(ve: Copied, snapshot: Snapshot): VePlan {
  const { uuid } = ve;
  return {
    steps: [
      ...inStillness<VeStep>(ve, [
        { action: 'take-snapshot', title: 'copy the files', args: { uuid, snapshot }, weight: 5 },
      ]),
      noteSnapshotStep(uuid, snapshot.name, snapshot.parent ?? null),
    ],
    onCrash: 'rollback',
  };
}

/** The next snapshot will come from this one. */
export function noteSnapshotStep(uuid: string, name: string, previous: string | null): VeStep {
  return { action: 'note-snapshot', title: 'note where it goes on from', args: { uuid, name, previous } };
}

/** Once the snapshot's copy has taken the place of the files nothing goes back; what was there before is removed whatever happens. */
export function planRestoreSnapshot(spec: VeSpec, snapshot: Snapshot, current: string | null): VePlan {
  const { uuid, layout } = spec;
  const from: VolumeSource = { uuid, snapshot: snapshot.name };
  const restored: VeSpec = { ...spec, template: snapshot.template, layers: snapshot.layers };
  return {
    steps: [
      {
        action: 'stage-volume',
        title: 'copy the files of the snapshot',
        args: { uuid, layout, from, fromLayout: snapshot.layout, limits: volumeLimits(spec.parameters) },
        weight: 5,
      },
      { action: 'write-spec', title: 'write ve.json', args: { spec: restored, previous: spec } },
      { action: 'swap-volume', title: 'put them in place', args: { uuid, layout } },
      noteSnapshotStep(uuid, snapshot.name, current),
      { action: 'drop-volume', title: 'remove the files of before', args: { uuid }, weight: 2 },
    ],
    onCrash: 'resume',
    cancellableBefore: 2,
  };
}

/** Once the new volume is in place nothing goes back; snapshots stay in the layout that they were taken in. */
export function planMove(next: VeSpec, previous: VeSpec): VePlan {
  const { uuid, layout } = next;
  const from: VolumeSource = { uuid, snapshot: null };
  return {
    steps: [
      {
        action: 'stage-volume',
        title: `copy the files into layout ${layout}`,
        args: { uuid, layout, from, fromLayout: previous.layout, limits: volumeLimits(next.parameters) },
        weight: 5,
      },
      { action: 'write-spec', title: 'write ve.json', args: { spec: next, previous } },
      {
        action: 'exchange-layout',
        title: 'put them in place',
        args: { uuid, from: previous.layout, to: layout },
      },
      { action: 'discard-volume', title: 'remove the files of before', args: { uuid }, weight: 2 },
    ],
    onCrash: 'resume',
    cancellableBefore: 2,
  };
}

/** Once the old root has found its place nothing goes back; before that everything does. */
export function planReinstall(
  next: VeSpec,
  previous: VeSpec,
  { credentials, keep }: { readonly credentials: boolean; readonly keep: boolean },
): VePlan {
  const { uuid, layout } = next;
  return {
    steps: [
      {
        action: 'stage-root',
        title: 'make a new root',
        args: { uuid, layout, from: layersOf(previous), to: layersOf(next), credentials, keep },
        weight: 3,
      },
      { action: 'write-spec', title: 'write ve.json', args: { spec: next, previous } },
      { action: 'swap-root', title: 'put it in place', args: { uuid, layout } },
      {
        action: 'settle-old-root',
        title: keep ? 'move the old files to /old' : 'remove the old files',
        args: { uuid, layout, keep },
        weight: 2,
      },
    ],
    onCrash: 'resume',
    cancellableBefore: 2,
  };
}

/** One rename decides; everything after it is resumed until it is done. */
export function planDeleteSnapshot({ uuid }: VeSpec, name: string): VePlan {
  return {
    steps: [{ action: 'delete-snapshot', title: 'remove the files of the snapshot', args: { uuid, name } }],
    onCrash: 'resume',
    cancellableBefore: 0,
  };
}

/** Rolled back as a whole when anything fails, the start included. */
export function planClone(
  spec: VeSpec,
  origin: Copied & { readonly snapshot: string | null },
  layout: NodeLayout,
  options: { readonly start: boolean },
): VePlan {
  const copy: VeStep = {
    action: 'copy-volume',
    title: 'copy the files',
    args: {
      uuid: spec.uuid,
      layout: spec.layout,
      limits: volumeLimits(spec.parameters),
      from: { uuid: origin.uuid, snapshot: origin.snapshot },
    },
    weight: 5,
  };
  return {
    steps: [
      ...(origin.snapshot === null ? inStillness(origin, [copy]) : [copy]),
      { action: 'write-spec', title: 'write ve.json', args: { spec, previous: null } },
      ...(options.start ? startSteps(spec, layout, { mounted: false }) : []),
    ],
    onCrash: 'rollback',
  };
}
