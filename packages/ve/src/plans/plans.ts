import type { ParameterValues, VeSpec } from '@insula/contract';
import type { Plan } from '@insula/operations';
import { volumeLimits } from '@insula/resources';
import type { VeStep } from '../actions/actions.ts';
import { linkOf } from '../link-of.ts';
import type { GoldenWish } from '../ports.ts';
import type { NodeLayout } from '../run-layout.ts';
import { remarkSteps } from './remarks.ts';
import { limitInsideSteps, mountSteps, startSteps } from './start-steps.ts';
import {
  disconnectStep,
  killSteps,
  type Shutdown,
  settleSteps,
  shutdownSteps,
  unmountSteps,
} from './stop-steps.ts';

export type VePlan = Plan<VeStep>;

export const nothingToDo: VePlan = { steps: [], onCrash: 'resume' };

/** Rolled back as a whole when anything fails, the start included. */
export function planCreate(
  spec: VeSpec,
  layout: NodeLayout,
  options: {
    readonly start: boolean;
    readonly golden?: GoldenWish | null;
    readonly remarks?: readonly string[];
  },
): VePlan {
  return {
    steps: [
      ...remarkSteps(options.remarks ?? []),
      ...(!options.golden ? [] : [goldenStep(options.golden)]),
      {
        action: 'make-private-area',
        title: 'make the private area',
        args: { uuid: spec.uuid, layout: spec.layout, limits: volumeLimits(spec.parameters) },
      },
      { action: 'write-spec', title: 'write ve.json', args: { spec, previous: null } },
      ...(options.start ? startSteps(spec, layout, { mounted: false }) : []),
    ],
    onCrash: 'rollback',
  };
}

/** Most of the work, where there is any: later creations of the same choice find the image. */
const goldenStep = ({ name, input }: GoldenWish): VeStep => ({
  action: 'have-golden-image',
  title: `have ${name}@${input.version}`,
  args: { name, input },
  weight: 50,
});

export function planStart(
  spec: VeSpec,
  layout: NodeLayout,
  now: { readonly mounted: boolean; readonly remarks?: readonly string[] },
): VePlan {
  return { steps: [...remarkSteps(now.remarks ?? []), ...startSteps(spec, layout, now)], onCrash: 'resume' };
}

/** Can be cancelled while init is waited for; the VE then goes on, if its init does. */
export function planStop(spec: VeSpec, layout: NodeLayout, shutdown: Shutdown): VePlan {
  const ending = shutdownSteps(spec, shutdown);
  return {
    steps: [...ending, noteStopped(spec), ...settleSteps(spec, layout, true)],
    onCrash: 'resume',
    cancellableBefore: ending.length,
  };
}

export function planKill(spec: VeSpec, layout: NodeLayout): VePlan {
  return {
    steps: [...killSteps(spec), noteStopped(spec), ...settleSteps(spec, layout, true)],
    onCrash: 'resume',
    cancellableBefore: 0,
  };
}

export function planRestart(spec: VeSpec, layout: NodeLayout, shutdown: Shutdown): VePlan {
  const ending = shutdownSteps(spec, shutdown);
  return {
    steps: [...ending, ...settleSteps(spec, layout, true), ...startSteps(spec, layout, { mounted: false })],
    onCrash: 'resume',
    cancellableBefore: ending.length,
  };
}

/** After an init that ended on its own: by poweroff or crash. A crashed VE is still wanted running. */
export function planSettle(spec: VeSpec, layout: NodeLayout, crashed: boolean): VePlan {
  return {
    steps: [...(crashed ? [] : [noteStopped(spec)]), ...settleSteps(spec, layout, false)],
    onCrash: 'resume',
    cancellableBefore: 0,
  };
}

/** After an init that asked for a restart. */
export function planReboot(spec: VeSpec, layout: NodeLayout): VePlan {
  return {
    steps: [...settleSteps(spec, layout, false), ...startSteps(spec, layout, { mounted: false })],
    onCrash: 'resume',
    cancellableBefore: 0,
  };
}

/** For a VE of which somebody deleted links. */
export function planReconnect(spec: VeSpec): VePlan {
  return {
    steps: [{ action: 'repair-network', title: 'make missing links again', args: linkOf(spec) }],
    onCrash: 'resume',
  };
}

/** For a VE that is down and would be started again by itself, after a crash or with the node. */
export function planStayDown(spec: VeSpec): VePlan {
  return { steps: [noteStopped(spec)], onCrash: 'resume' };
}

/** What there is of a VE beside its private area. */
export interface Remains {
  readonly running: boolean;
  /** A mounted root, or anything else that a run left: a VE that runs has some. */
  readonly unsettled: boolean;
}

/** One rename decides; everything after it is resumed until it is done. A VE that is down may still be named in the ruleset. */
export function planDestroy(spec: VeSpec, layout: NodeLayout, { running, unsettled }: Remains): VePlan {
  const { uuid } = spec;
  const ending = [
    ...(running ? killSteps(spec) : []),
    ...(running || unsettled ? settleSteps(spec, layout, true) : [disconnectStep(spec)]),
  ];
  return {
    steps: [
      ...ending,
      { action: 'doom-private-area', title: 'take the private area out of use', args: { uuid } },
      { action: 'remove-private-area', title: 'remove the private area', args: { uuid }, weight: 3 },
    ],
    onCrash: 'resume',
    cancellableBefore: ending.length,
  };
}

/** A VE that runs, and the parameters that it runs with and shall run with. */
export interface RunningLimits {
  readonly cgroup: string;
  readonly from: ParameterValues;
  readonly to: ParameterValues;
}

/**
 * Limits of a running VE first: if the kernel refuses one, nothing is written. Its link last: from the moment its spec claims an
 * address nobody else can have it.
 */
export function planSet(
  next: VeSpec,
  previous: VeSpec,
  running: RunningLimits | null,
  remarks: readonly string[] = [],
): VePlan {
  const { uuid } = next;
  const [from, to] = [linkOf(previous), linkOf(next)];
  const isReconnected = running !== null && JSON.stringify(from) !== JSON.stringify(to);
  return {
    steps: [
      ...remarkSteps(remarks),
      ...(running === null ? [] : limitSteps(next, running)),
      ...limitVolumeSteps(next, previous),
      { action: 'write-spec', title: 'write ve.json', args: { spec: next, previous } },
      ...(isReconnected
        ? ([
            { action: 'change-network', title: 'change its network', args: { uuid, from, to } },
            { action: 'write-identity', title: 'write its addresses inside', args: { uuid } },
          ] as const)
        : []),
    ],
    onCrash: 'rollback',
  };
}

/** Parameters until the VE stops: its spec stays as it is. */
export function planSetRuntime(
  spec: VeSpec,
  running: RunningLimits,
  before: ParameterValues | null,
  remarks: readonly string[],
): VePlan {
  const args = { uuid: spec.uuid, parameters: running.to, previous: before };
  return {
    steps: [
      ...remarkSteps(remarks),
      ...limitSteps(spec, running),
      { action: 'note-parameters', title: 'note them for this run', args },
    ],
    onCrash: 'rollback',
  };
}

function limitSteps(spec: VeSpec, { cgroup, from, to }: RunningLimits): readonly VeStep[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [
    {
      action: 'apply-limits',
      title: 'apply limits',
      args: { cgroup, ctid: spec.ctid, values: to, previous: from },
    },
    ...limitInsideSteps({ ...spec, parameters: to }, cgroup, from),
  ];
}

function limitVolumeSteps({ uuid, layout, parameters }: VeSpec, previous: VeSpec): readonly VeStep[] {
  const args = {
    uuid,
    layout,
    limits: volumeLimits(parameters),
    previous: volumeLimits(previous.parameters),
  };
  const isSame = args.limits.bytes === args.previous.bytes && args.limits.inodes === args.previous.inodes;
  return isSame ? [] : [{ action: 'limit-volume', title: 'limit the private area', args }];
}

export function planPause({ uuid }: VeSpec): VePlan {
  return {
    steps: [{ action: 'pause-container', title: 'freeze its processes', args: { uuid } }],
    onCrash: 'rollback',
  };
}

export function planResume({ uuid }: VeSpec): VePlan {
  return {
    steps: [{ action: 'resume-container', title: 'let it go on', args: { uuid } }],
    onCrash: 'resume',
  };
}

export function planMount(spec: VeSpec, layout: NodeLayout): VePlan {
  return { steps: mountSteps(spec, layout), onCrash: 'rollback' };
}

export function planUnmount(spec: VeSpec, layout: NodeLayout): VePlan {
  const { uuid } = spec;
  return {
    steps: [
      ...unmountSteps(spec, layout),
      { action: 'remove-run-dir', title: 'remove runtime files', args: { uuid } },
    ],
    onCrash: 'resume',
  };
}

function noteStopped({ uuid }: VeSpec): VeStep {
  return { action: 'note-wanted', title: 'remember that it is stopped', args: { uuid, wanted: 'stopped' } };
}
