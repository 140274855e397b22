import {
  type CheckpointLayout,
  type CheckpointStep,
  groupSteps,
  prepareSteps,
  restoreSteps,
  saveSteps,
} from '@insula/checkpoint';
import type { MigrationMode, VeSpec } from '@insula/contract';
import type { Plan, Step } from '@insula/operations';
import { killSteps, type Shutdown, settleSteps, shutdownSteps, startSteps } from '@insula/ve';
import type { MemoryWay } from './memory-way.ts';
import type { sourceActions } from './source-actions.ts';
import type { targetActions } from './target-actions.ts';

type OwnStep = Step<ReturnType<typeof sourceActions> & ReturnType<typeof targetActions>>;
export type MigrationPlan = Plan<CheckpointStep | OwnStep>;
type MigrationStep = MigrationPlan['steps'][number];

export interface Departure {
  readonly spec: VeSpec;
  readonly peer: string;
  readonly mode: MigrationMode;
  readonly wanted: 'running' | 'stopped';
  readonly sendsTemplate: boolean;
  /** How to bring it down, for a near-live migration. */
  readonly shutdown: Shutdown | null;
  /** It is suspended: its saved processes go along. */
  readonly isSuspended: boolean;
  /** Bytes a second at most while it runs. */
  readonly bandwidth: number | null;
  readonly memory: MemoryWay;
  /** Where its processes are written down: absolute, and nothing there yet. */
  readonly dumpDir: string;
}

/** On the node that a VE leaves. Everything before `hand-over` can be undone; the VE goes on here then. */
export function planDeparture(departure: Departure, layout: CheckpointLayout): MigrationPlan {
  const { spec, peer, mode, wanted, shutdown, bandwidth, memory, dumpDir } = departure;
  const { uuid, template } = spec;
  const saved = layout.pool.privateArea(uuid).checkpoint;
  const checkpoint = mode === 'live' ? dumpDir : departure.isSuspended ? saved : null;
  const isUp = mode !== 'cold';
  // of a VE that is down nobody has opened it
  const isShut = !isUp && spec.layout === 'image';
  const sending: readonly MigrationStep[] = [
    {
      action: 'offer-ve',
      title: `ask ${peer} to make room`,
      args: { peer, arrival: { spec, mode, wanted } },
    },
    ...(departure.sendsTemplate
      ? [
          {
            action: 'send-template',
            title: 'send its template',
            args: { uuid, peer, template, bandwidth },
            weight: 10,
          } as const,
        ]
      : []),
    ...(spec.layers.length === 0
      ? []
      : [
          {
            action: 'send-layers',
            title: 'send what it shares with other VEs',
            args: { uuid, peer, layers: spec.layers, bandwidth },
            weight: 5,
          } as const,
        ]),
    ...(isShut
      ? [{ action: 'open-volume', title: 'open the image', args: { uuid, layout: spec.layout } } as const]
      : []),
    { action: 'send-files', title: 'send its files', args: { uuid, peer, bandwidth }, weight: 10 },
    ...(mode === 'live' ? prepareSteps(spec, dumpDir) : []),
    ...(memory === 'rounds'
      ? [
          {
            action: 'send-rounds',
            title: 'send its memory, and what changes of it',
            args: { uuid, peer, dir: dumpDir, bandwidth },
            weight: 10,
          } as const,
        ]
      : []),
    ...(memory === 'compared'
      ? [
          {
            action: 'send-memory',
            title: 'send its memory',
            args: { uuid, peer, bandwidth },
            weight: 10,
          } as const,
        ]
      : []),
    ...(mode === 'live' ? saveSteps(spec, dumpDir) : []),
    ...(shutdown === null ? [] : shutdownSteps(spec, shutdown)),
    ...(shutdown === null ? [] : killSteps(spec)),
    {
      action: 'send-rest',
      title: 'send what has changed',
      args: { uuid, peer, checkpoint, memorySent: memory === 'compared' },
      weight: 3,
    },
    {
      action: 'await-arrival',
      title: `bring it up to the last moment on ${peer}`,
      args: { uuid, peer },
      weight: 5,
    },
  ];
  return {
    steps: [
      ...sending,
      { action: 'hand-over', title: `hand it over to ${peer}`, args: { uuid, peer } },
      ...(isUp ? [...killSteps(spec), ...settleSteps(spec, layout, true)] : []),
      {
        action: 'release-traffic',
        title: 'hold its traffic no longer',
        args: { ctid: spec.ctid, addresses: spec.addresses },
      },
      { action: 'doom-private-area', title: 'take the private area out of use', args: { uuid } },
      { action: 'remove-private-area', title: 'remove the private area', args: { uuid }, weight: 2 },
      { action: 'await-settled', title: `let it come up on ${peer}`, args: { uuid, peer } },
    ],
    onCrash: 'resume',
    cancellableBefore: sending.length,
  };
}

export interface ArrivalPlanInput {
  readonly id: string;
  readonly peer: string;
  readonly spec: VeSpec;
  readonly mode: MigrationMode;
  readonly wanted: 'running' | 'stopped';
}

/** On the node that a VE comes to. Everything before `adopt-ve` can be undone; nothing is left of it here then. */
export function planArrival(
  { id, peer, spec, mode, wanted }: ArrivalPlanInput,
  layout: CheckpointLayout,
): MigrationPlan {
  const { uuid, ctid, addresses } = spec;
  const args = { id, peer, spec };
  const held = { ctid, addresses };
  const isLive = mode === 'live';
  return {
    steps: [
      { action: 'make-arrival', title: 'make room', args },
      ...(isLive ? groupSteps(spec, layout) : []),
      { action: 'receive-files', title: `take its files from ${peer}`, args, weight: 10 },
      ...(isLive
        ? restoreSteps(spec, layout, {
            dir: layout.pool.privateArea(uuid).checkpoint,
            hold: 'hold-traffic',
          })
        : []),
      { action: 'await-decision', title: `wait until ${peer} hands it over`, args },
      { action: 'adopt-ve', title: 'make it a VE of this node', args: { ...args, wanted } },
      ...(isLive
        ? ([
            { action: 'use-checkpoint', title: 'make it run', args: { uuid } },
            { action: 'let-go', title: 'let it go on', args: { uuid } },
            { action: 'release-traffic', title: 'let its traffic through', args: held },
            { action: 'discard-checkpoint', title: 'remove what was saved', args: { uuid } },
          ] as const)
        : []),
      ...(mode === 'near-live' ? startSteps(spec, layout, { mounted: false }) : []),
      ...(mode === 'cold' && spec.layout === 'image' ? [closeStep(spec)] : []),
    ],
    onCrash: 'resume',
    cancellableBefore: 0,
  };
}

function closeStep({ uuid, layout }: VeSpec): MigrationStep {
  return { action: 'close-volume', title: 'close the image', args: { uuid, layout } };
}
