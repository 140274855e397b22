import type { VeSpec } from '@insula/contract';
import { gateProgram } from '@insula/host';
import type { Plan } from '@insula/operations';
import {
  type CgroupLayout,
  claimStep,
  killSteps,
  limitInsideSteps,
  linkOf,
  mountSteps,
  type RunLayout,
  settleSteps,
} from '@insula/ve';
import type { PoolLayout } from '@insula/vzfs';
import type { CheckpointStep } from '../actions/actions.ts';
import { suspendedPaths } from '../layout.ts';

export type CheckpointPlan = Plan<CheckpointStep>;

export interface CheckpointLayout {
  readonly run: RunLayout;
  readonly groups: CgroupLayout;
  readonly pool: PoolLayout;
}

/** What a dump needs while the VE still runs. */
export function prepareSteps({ uuid }: VeSpec, dir: string): readonly CheckpointStep[] {
  return [{ action: 'prepare-checkpoint', title: 'make room for its processes', args: { uuid, dir } }];
}

/** Traffic is held before the processes stand still, so that nothing is acknowledged which the checkpoint does not have. */
export function saveSteps({ uuid, ctid, addresses }: VeSpec, dir: string): readonly CheckpointStep[] {
  return [
    { action: 'hold-traffic', title: 'hold its traffic', args: { ctid, addresses } },
    { action: 'freeze-processes', title: 'freeze its processes', args: { uuid } },
    { action: 'dump-processes', title: 'save its processes', args: { uuid, dir }, weight: 5 },
  ];
}

export function dumpSteps(spec: VeSpec, dir: string): readonly CheckpointStep[] {
  return [...prepareSteps(spec, dir), ...saveSteps(spec, dir)];
}

/** What a restore needs that does not depend on what was saved: a migration makes it while the VE still runs where it was. */
export function groupSteps(
  { uuid, ctid, parameters }: VeSpec,
  { groups }: CheckpointLayout,
): readonly CheckpointStep[] {
  return [
    { action: 'make-cgroups', title: 'make cgroups', args: { uuid } },
    {
      action: 'apply-limits',
      title: 'set limits',
      args: { cgroup: groups.outer(ctid), ctid, values: parameters, previous: null },
    },
  ];
}

/**
 * From a private area with saved processes, and groups, to processes that only wait for the word to run. `hold` is how their traffic is
 * held, where it is not yet: before there is a link.
 */
export function restoreSteps(
  spec: VeSpec,
  layout: CheckpointLayout,
  { dir, hold }: { readonly dir: string; readonly hold?: 'hold-traffic' | 'keep-traffic-held' },
): readonly CheckpointStep[] {
  const { uuid, ctid, addresses } = spec;
  const gate = gateProgram(layout.run.ve(uuid).bundle);
  return [
    ...mountSteps(spec, layout),
    { action: 'make-subtree', title: 'make the cgroups inside', args: { uuid, dir }, beside: true },
    { action: 'write-bundle', title: 'write the runtime configuration', args: { uuid, gate }, beside: true },
    { action: 'begin-restore', title: 'create namespaces', args: { uuid, dir } },
    ...(hold === undefined
      ? []
      : [{ action: hold, title: 'hold its traffic', args: { ctid, addresses }, beside: true } as const]),
    claimStep(spec),
    ...limitInsideSteps(spec, layout.groups.outer(ctid), null),
    { action: 'connect-network', title: 'connect the network', args: linkOf(spec) },
    { action: 'replay-network', title: 'bring its routes, rules and settings back', args: { uuid, dir } },
    { action: 'restore-processes', title: 'bring its processes back', args: { uuid }, weight: 5 },
  ];
}

/** Can be cancelled until the checkpoint is complete; then what still runs goes. */
export function planSuspend(
  spec: VeSpec,
  layout: CheckpointLayout,
  options: { readonly resumeOnBoot: boolean },
): CheckpointPlan {
  const { uuid } = spec;
  const saving = dumpSteps(spec, suspendedPaths(layout.pool, uuid).unfinished);
  return {
    steps: [
      ...saving,
      { action: 'commit-checkpoint', title: 'make it suspended', args: { uuid } },
      ...killSteps(spec),
      ...settleSteps(spec, layout, true),
      {
        action: 'note-wanted',
        title: options.resumeOnBoot ? 'remember to resume it with the node' : 'remember that it is suspended',
        args: { uuid, wanted: options.resumeOnBoot ? 'running' : 'stopped' },
      },
    ],
    onCrash: 'resume',
    cancellableBefore: saving.length,
  };
}

export function planResumeSuspended(spec: VeSpec, layout: CheckpointLayout): CheckpointPlan {
  const { uuid, ctid, addresses } = spec;
  const dir = suspendedPaths(layout.pool, uuid).saved;
  const restoring = [
    ...groupSteps(spec, layout),
    ...restoreSteps(spec, layout, { dir, hold: 'keep-traffic-held' }),
  ];
  return {
    steps: [
      { action: 'verify-checkpoint', title: 'check what was saved', args: { uuid, dir } },
      ...restoring,
      { action: 'use-checkpoint', title: 'make it run', args: { uuid } },
      { action: 'let-go', title: 'let it go on', args: { uuid } },
      { action: 'release-traffic', title: 'let its traffic through', args: { ctid, addresses } },
      { action: 'note-wanted', title: 'remember that it runs', args: { uuid, wanted: 'running' } },
      { action: 'discard-checkpoint', title: 'remove what was saved', args: { uuid } },
    ],
    onCrash: 'resume',
    cancellableBefore: restoring.length + 1,
  };
}

/** As if the power of a suspended VE were cut: it is stopped then. */
export function planDiscard({ uuid, ctid, addresses }: VeSpec): CheckpointPlan {
  return {
    steps: [
      { action: 'note-wanted', title: 'remember that it is stopped', args: { uuid, wanted: 'stopped' } },
      { action: 'discard-checkpoint', title: 'remove its saved processes', args: { uuid } },
      { action: 'release-traffic', title: 'hold its traffic no longer', args: { ctid, addresses } },
    ],
    onCrash: 'resume',
    cancellableBefore: 0,
  };
}
