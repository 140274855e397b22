import { fault } from '@insula/contract';
import { isCancellable, type OperationRecord } from './record.ts';

/** A signal that also says when the time of an operation is up. */
export interface LimitedSignal {
  readonly signal: AbortSignal;
  /** Lets go of the timer. */
  readonly end: () => void;
}

/**
 * Holds an operation to its time limit, counted from when it began to run, whichever daemon runs it. What is past its point of no return is
 * let go on.
 */
export function withinTimeLimit(record: OperationRecord, cancelled: AbortSignal): LimitedSignal {
  const { timeLimit: seconds = null, startedAt } = record;
  if (seconds === null || startedAt === null) return { signal: cancelled, end: () => undefined };
  const timeUp = new AbortController();
  const giveUp = () => {
    if (!isCancellable(record)) return;
    timeUp.abort(fault('time_limit', { kind: record.kind, target: record.target.name, seconds }));
  };
  const left = Date.parse(startedAt) + seconds * 1000 - Date.now();
  const timer = setTimeout(giveUp, Math.max(0, left)).unref();
  return { signal: AbortSignal.any([cancelled, timeUp.signal]), end: () => clearTimeout(timer) };
}
