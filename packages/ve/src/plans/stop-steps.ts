import type { VeSpec } from '@insula/contract';
import type { VeStep } from '../actions/actions.ts';
import { linkOf } from '../link-of.ts';
import type { NodeLayout } from '../run-layout.ts';

export interface Shutdown {
  /** Number of the signal that makes this init power off. */
  readonly stopSignal: number;
  readonly timeoutSeconds: number;
  /** A frozen init hears no signal. */
  readonly paused: boolean;
}

/** Asks init to power off, waits, and kills what is left. */
export function shutdownSteps({ uuid }: VeSpec, shutdown: Shutdown): readonly VeStep[] {
  return [
    {
      action: 'signal-init',
      title: 'ask init to shut down',
      args: { uuid, signal: shutdown.stopSignal, timeoutSeconds: shutdown.timeoutSeconds },
    },
    ...(shutdown.paused
      ? [{ action: 'resume-container', title: 'let it go on', args: { uuid } } as const]
      : []),
    {
      action: 'await-exit',
      title: 'wait for init to end',
      args: { uuid, timeoutSeconds: shutdown.timeoutSeconds },
      weight: 5,
    },
  ];
}

/** Ends all processes at once. */
export function killSteps({ uuid }: VeSpec): readonly VeStep[] {
  return [{ action: 'kill-processes', title: 'kill all processes', args: { uuid } }];
}

/** Takes the VE's link away, and its name out of the ruleset. */
export function disconnectStep(spec: VeSpec): VeStep {
  return { action: 'disconnect-network', title: 'disconnect the network', args: linkOf(spec) };
}

/** After init's end: takes away everything of the run, in the reverse order of a start. Every step may find its work done. */
export function settleSteps(spec: VeSpec, layout: NodeLayout, requested: boolean): readonly VeStep[] {
  const { uuid } = spec;
  return [
    disconnectStep(spec),
    { action: 'delete-container', title: 'note how init ended', args: { uuid, requested } },
    { action: 'remove-cgroups', title: 'remove cgroups', args: { uuid } },
    ...unmountSteps(spec, layout),
    { action: 'remove-run-dir', title: 'remove runtime files', args: { uuid } },
  ];
}

export function unmountSteps({ uuid, layout }: VeSpec, { run }: NodeLayout): readonly VeStep[] {
  return [
    { action: 'unmount-root', title: 'unmount the root', args: { target: run.ve(uuid).root } },
    ...(layout === 'image'
      ? [{ action: 'close-volume', title: 'close the image', args: { uuid, layout } } as const]
      : []),
  ];
}
