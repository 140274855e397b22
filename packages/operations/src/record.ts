import type { OperationState, OperationTarget, Problem, StepState } from '@insula/contract';
import { newOperationId } from './operation-id.ts';
import type { Plan, StepArgs } from './step.ts';

/** A step as it is journaled. */
export interface StepRecord {
  readonly action: string;
  readonly title: string;
  readonly args: StepArgs;
  readonly weight: number;
  /** It runs side by side with the one before it. */
  readonly beside?: boolean;
  state: StepState;
  startedAt: string | null;
  milliseconds: number | null;
  problem: string | null;
}

/** An operation as it is journaled: enough for a daemon that knows nothing else to finish it or to undo it. */
export interface OperationRecord {
  readonly id: string;
  readonly kind: string;
  readonly target: OperationTarget;
  /** What it was asked with; plain JSON. */
  readonly input: unknown;
  /** Keys it holds exclusively while it is unfinished. */
  readonly locks: readonly string[];
  readonly createdAt: string;
  state: OperationState;
  startedAt: string | null;
  endedAt: string | null;
  progress: number;
  message: string;
  steps: StepRecord[];
  onCrash: 'rollback' | 'resume';
  /** Index of the first step in which a cancel is no longer heard; null means there is none. */
  cancellableBefore: number | null;
  /** Seconds from `startedAt` on; null or missing: as long as it takes. */
  timeLimit?: number | null;
  log: string[];
  recovery: 'resumed' | 'rolled-back' | null;
  result: unknown;
  error: Problem | null;
}

/** A record that waits and has no plan yet. */
export function newRecord(
  request: Pick<OperationRecord, 'kind' | 'target' | 'input' | 'locks'>,
): OperationRecord {
  return {
    id: newOperationId(),
    kind: request.kind,
    target: request.target,
    input: request.input,
    locks: request.locks,
    createdAt: new Date().toISOString(),
    state: 'queued',
    startedAt: null,
    endedAt: null,
    progress: 0,
    message: 'waiting',
    steps: [],
    onCrash: 'rollback',
    cancellableBefore: null,
    timeLimit: null,
    log: [],
    recovery: null,
    result: null,
    error: null,
  };
}

/** Makes a plan the record's own: it runs from now on. */
export function takePlan(record: OperationRecord, plan: Plan): void {
  record.steps = plan.steps.map((step) => ({
    action: step.action,
    title: step.title,
    args: step.args as StepArgs,
    weight: step.weight ?? 1,
    ...(step.beside === true ? { beside: true } : {}),
    state: 'pending',
    startedAt: null,
    milliseconds: null,
    problem: null,
  }));
  record.onCrash = plan.onCrash;
  record.cancellableBefore = plan.cancellableBefore ?? null;
  record.timeLimit = plan.timeLimit ?? null;
  record.state = 'running';
  record.startedAt = new Date().toISOString();
}

/** Whether nothing will happen to it any more. */
export function isFinished(record: OperationRecord): boolean {
  return record.state === 'succeeded' || record.state === 'failed' || record.state === 'cancelled';
}

/** Whether a cancel would still be heard. */
export function isCancellable(record: OperationRecord): boolean {
  if (record.state === 'queued') return true;
  if (record.state !== 'running') return false;
  return record.cancellableBefore === null || currentStep(record) < record.cancellableBefore;
}

/** Indexes of steps, those together that run side by side. None does so across the point of no return. */
export function stagesOf({ steps, cancellableBefore }: OperationRecord): readonly (readonly number[])[] {
  const stages: number[][] = [];
  for (const [index, { beside }] of steps.entries()) {
    const last = stages.at(-1);
    if (beside === true && last !== undefined && index !== cancellableBefore) last.push(index);
    else stages.push([index]);
  }
  return stages;
}

/** Index of the step that runs now or comes next. */
function currentStep(record: OperationRecord): number {
  const index = record.steps.findIndex((step) => step.state !== 'done');
  return index === -1 ? record.steps.length : index;
}

/** The most lines of log that an operation keeps; older ones go. */
const logLines = 400;

export function appendLog(record: OperationRecord, line: string): void {
  record.log.push(line.slice(0, 2000));
  if (record.log.length > logLines) record.log.splice(0, record.log.length - logLines);
}
