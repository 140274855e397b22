import type { Snapshot, VeSpec } from '@insula/contract';
import { volumeLimits } from '@insula/resources';
import { killSteps, noteSnapshotStep, settleSteps } from '@insula/ve';
import { snapshotPaths } from '@insula/vzfs';
import type { CheckpointStep } from '../actions/actions.ts';
import { type CheckpointLayout, type CheckpointPlan, dumpSteps, groupSteps, restoreSteps } from './plans.ts';

/** Processes and files of one moment: the files are copied while the processes stand still. The snapshot's record makes it count. */
export function planKeepCheckpoint(
  spec: VeSpec,
  layout: CheckpointLayout,
  { snapshot, keepRunning }: { readonly snapshot: Snapshot; readonly keepRunning: boolean },
): CheckpointPlan {
  const { uuid, ctid, addresses } = spec;
  const dir = snapshotPaths(layout.pool, uuid, snapshot.name).checkpoint;
  const release: CheckpointStep = {
    action: 'release-traffic',
    title: keepRunning ? 'let its traffic through' : 'hold its traffic no longer',
    args: { ctid, addresses },
  };
  const saving: readonly CheckpointStep[] = [
    { action: 'begin-snapshot', title: 'make room for it', args: { uuid, name: snapshot.name } },
    ...dumpSteps(spec, dir),
    { action: 'seal-checkpoint', title: 'write them to the disk', args: { uuid, dir } },
    { action: 'take-snapshot', title: 'copy the files', args: { uuid, snapshot }, weight: 5 },
    noteSnapshotStep(uuid, snapshot.name, snapshot.parent ?? null),
  ];
  if (keepRunning)
    return {
      steps: [...saving, { action: 'resume-container', title: 'let it go on', args: { uuid } }, release],
      onCrash: 'rollback',
    };
  return {
    steps: [
      ...saving,
      ...killSteps(spec),
      ...settleSteps(spec, layout, true),
      { action: 'note-wanted', title: 'remember that it is stopped', args: { uuid, wanted: 'stopped' } },
      release,
    ],
    onCrash: 'resume',
    cancellableBefore: saving.length,
  };
}

/**
 * The files of before stay beside those of the checkpoint until its processes run: when they do not come back, the VE is stopped, with
 * the files that it had.
 */
export function planRestoreCheckpoint(
  spec: VeSpec,
  layout: CheckpointLayout,
  options: {
    readonly snapshot: Snapshot;
    readonly current: string | null;
    readonly state: 'running' | 'stopped' | 'suspended';
  },
): CheckpointPlan {
  const { uuid, ctid, addresses } = spec;
  const { snapshot, current, state } = options;
  const held = { ctid, addresses };
  const dir = snapshotPaths(layout.pool, uuid, snapshot.name).checkpoint;
  const restored: VeSpec = { ...spec, template: snapshot.template, layers: snapshot.layers };
  const preparing: readonly CheckpointStep[] = [
    { action: 'verify-checkpoint', title: 'check what was saved', args: { uuid, dir } },
    {
      action: 'stage-volume',
      title: 'copy the files of the checkpoint',
      args: {
        uuid,
        layout: spec.layout,
        from: { uuid, snapshot: snapshot.name },
        fromLayout: snapshot.layout,
        limits: volumeLimits(spec.parameters),
      },
      weight: 5,
    },
    // a suspended VE's traffic is held whatever becomes of this
    {
      action: state === 'suspended' ? 'keep-traffic-held' : 'hold-traffic',
      title: 'hold its traffic',
      args: held,
    },
  ];
  return {
    steps: [
      ...preparing,
      ...(state === 'running' ? [...killSteps(spec), ...settleSteps(spec, layout, true)] : []),
      { action: 'write-spec', title: 'write ve.json', args: { spec: restored, previous: spec } },
      {
        action: 'exchange-volume',
        title: 'put the files in place',
        args: { uuid, layout: spec.layout },
      },
      noteSnapshotStep(uuid, snapshot.name, current),
      ...groupSteps(restored, layout),
      ...restoreSteps(restored, layout, { dir }),
      ...(state === 'suspended'
        ? [{ action: 'discard-checkpoint', title: 'give up what was suspended', args: { uuid } } as const]
        : []),
      { action: 'let-go', title: 'let it go on', args: { uuid } },
      { action: 'release-traffic', title: 'let its traffic through', args: held },
      { action: 'note-wanted', title: 'remember that it runs', args: { uuid, wanted: 'running' } },
      { action: 'drop-volume', title: 'remove the files of before', args: { uuid }, weight: 2 },
    ],
    onCrash: 'resume',
    cancellableBefore: preparing.length,
  };
}
