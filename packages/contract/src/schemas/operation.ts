import { type Static, Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { OperationState, StepState } from './states.ts';

export const OperationTarget = Type.Object(
  {
    kind: Type.Enum(['ve', 'template', 'node']),
    id: Type.String({ description: 'UUID of a VE, name of a template or node' }),
    name: Type.String(),
  },
  { additionalProperties: false, $id: 'OperationTarget' },
);
export type OperationTarget = Static<typeof OperationTarget>;

export const OperationStep = Type.Object(
  {
    action: Type.String(),
    title: Type.String(),
    beside: Type.Optional(Type.Boolean({ description: 'It runs side by side with the step before it' })),
    state: StepState,
    startedAt: Type.Union([Type.String(), Type.Null()]),
    milliseconds: Type.Union([Type.Number(), Type.Null()]),
    problem: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false, $id: 'OperationStep' },
);
export type OperationStep = Static<typeof OperationStep>;

/** A durable unit of work. It survives the daemon: unfinished ones are resumed or rolled back at the next start. */
export const Operation = Type.Object(
  {
    id: Type.String({ description: 'Sortable by time' }),
    kind: Type.String({ description: 'Id of the call that asked for it, or what the daemon did on its own' }),
    target: OperationTarget,
    state: OperationState,
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    message: Type.String({ description: 'What is being done right now, or how it ended' }),
    cancellable: Type.Boolean(),
    createdAt: Type.String(),
    startedAt: Type.Union([Type.String(), Type.Null()]),
    endedAt: Type.Union([Type.String(), Type.Null()]),
    steps: Type.Array(OperationStep),
    log: Type.Array(Type.String(), {
      description: 'Lines of the tools and remarks of the steps, the last ones',
    }),
    recovery: Type.Union([Type.Enum(['resumed', 'rolled-back']), Type.Null()], {
      description: 'What the daemon did with it after it had been interrupted',
    }),
    result: Type.Unknown({ description: 'As the call defines it; null until it succeeded' }),
    error: Type.Union([Problem, Type.Null()]),
  },
  { additionalProperties: false, $id: 'Operation' },
);
export type Operation = Static<typeof Operation>;

/** A step of a dry run. */
const PlannedStep = Type.Object(
  { action: Type.String(), title: Type.String(), undo: Type.Boolean({ description: 'Can be undone' }) },
  { additionalProperties: false },
);
export const DryRun = Type.Object(
  { kind: Type.String(), target: OperationTarget, steps: Type.Array(PlannedStep) },
  { additionalProperties: false, $id: 'DryRun', description: 'What a call would do' },
);
export type DryRun = Static<typeof DryRun>;
