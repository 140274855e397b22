import type { ParameterValues, VeSpec } from '@insula/contract';
import { volumeLimits } from '@insula/resources';
import { killSteps, settleSteps } from '@insula/ve';
import type { CheckpointStep } from '../actions/actions.ts';
import { suspendedPaths } from '../layout.ts';
import { type CheckpointLayout, type CheckpointPlan, dumpSteps, groupSteps, restoreSteps } from './plans.ts';

/** A VE that is made anew around its processes: `next` is what it is afterwards. */
export interface Renewal {
  readonly previous: VeSpec;
  readonly next: VeSpec;
  /** Limits that it runs with, where they are others than those of its spec. */
  readonly limits: ParameterValues | null;
}

/**
 * Takes the processes out, makes everything around them anew, and puts them back: root, cgroups, limits, namespaces, network, the
 * programs of the node that look after it. In between the VE is a suspended one, on the disk as in the view: whatever fails or is cut
 * off leaves it running as before, renewed, or suspended, and never without its processes. Of another layout the files are copied while it
 * stands still.
 */
export function planRenew({ previous, next, limits }: Renewal, layout: CheckpointLayout): CheckpointPlan {
  const { uuid, ctid, addresses } = next;
  const { saved, unfinished } = suspendedPaths(layout.pool, uuid);
  const moves = next.layout !== previous.layout;
  const limited = limits === null ? next : { ...next, parameters: limits };
  const saving = [...dumpSteps(previous, unfinished), ...(moves ? [stageStep(previous, next)] : [])];
  return {
    steps: [
      ...saving,
      { action: 'commit-checkpoint', title: 'put its processes on the disk', args: { uuid } },
      ...killSteps(previous),
      ...settleSteps(previous, layout, true),
      ...(moves ? exchangeSteps(previous, next) : []),
      ...groupSteps(limited, layout),
      ...restoreSteps(limited, layout, { dir: saved }),
      { action: 'use-checkpoint', title: 'make it run', args: { uuid } },
      { action: 'let-go', title: 'let it go on', args: { uuid } },
      { action: 'release-traffic', title: 'let its traffic through', args: { ctid, addresses } },
      { action: 'discard-checkpoint', title: 'remove what was saved', args: { uuid } },
      ...(moves
        ? [
            {
              action: 'discard-volume',
              title: 'remove the files of before',
              args: { uuid },
              weight: 2,
            } as const,
          ]
        : []),
    ],
    onCrash: 'resume',
    cancellableBefore: saving.length,
  };
}

/** While the processes stand still, and before anything of them ends: what the other layout has no room for is seen here. */
function stageStep(previous: VeSpec, next: VeSpec): CheckpointStep {
  const { uuid, layout, parameters } = next;
  return {
    action: 'stage-volume',
    title: `copy the files into layout ${layout}`,
    args: {
      uuid,
      layout,
      from: { uuid, snapshot: null },
      fromLayout: previous.layout,
      limits: volumeLimits(parameters),
    },
    weight: 5,
  };
}

function exchangeSteps(previous: VeSpec, next: VeSpec): readonly CheckpointStep[] {
  const { uuid, layout } = next;
  return [
    { action: 'write-spec', title: 'write ve.json', args: { spec: next, previous } },
    {
      action: 'exchange-layout',
      title: 'put the files in place',
      args: { uuid, from: previous.layout, to: layout },
    },
  ];
}
