import type { Operation } from '@insula/contract';
import { isCancellable, type OperationRecord } from '@insula/operations';
import type { EventHub } from './event-hub.ts';

/** Milliseconds between two events that only tell of progress. */
const progressInterval = 100;

/** An operation as the API shows it. */
export function operationView(record: OperationRecord): Operation {
  const {
    id,
    kind,
    target,
    state,
    progress,
    message,
    createdAt,
    startedAt,
    endedAt,
    log,
    recovery,
    result,
    error,
  } = record;
  return {
    id,
    kind,
    target,
    state,
    progress,
    message,
    cancellable: isCancellable(record),
    createdAt,
    startedAt,
    endedAt,
    steps: record.steps.map(({ args: _args, weight: _weight, ...step }) => step),
    log: [...log],
    recovery,
    result,
    error,
  };
}

/** Turns changes of records into events: steps and states at once, mere progress a few times a second. */
export class OperationEvents {
  readonly #hub: EventHub;
  readonly #last = new Map<string, { readonly shape: string; at: number; timer?: NodeJS.Timeout }>();

  constructor(hub: EventHub) {
    this.#hub = hub;
  }

  changed(record: OperationRecord): void {
    const shape = record.state + record.steps.map((step) => step.state).join();
    const last = this.#last.get(record.id);
    if (last?.shape !== shape) return this.#publish(record, shape);
    const wait = last.at + progressInterval - Date.now();
    if (wait <= 0) return this.#publish(record, shape);
    last.timer ??= setTimeout(() => this.#publish(record, shape), wait).unref();
  }

  #publish(record: OperationRecord, shape: string): void {
    clearTimeout(this.#last.get(record.id)?.timer);
    if (record.endedAt === null) this.#last.set(record.id, { shape, at: Date.now() });
    else this.#last.delete(record.id);
    this.#hub.publish({ kind: 'operation', operation: { ...operationView(record), log: [] } });
  }
}
