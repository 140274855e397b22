import type { Operation } from '@insula/contract';
import { isCancellable, type OperationRecord } from '@insula/operations';
import type { EventHub } from './event-hub.ts';

/** Milliseconds between two events of an operation that stays in its state: many listen, and a start takes a dozen steps in 50 ms. */
const interval = 200;

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

/** Turns changes of records into events: states at once, steps and progress five times a second at most. */
export class OperationEvents {
  readonly #hub: EventHub;
  readonly #last = new Map<string, { readonly state: string; readonly at: number; timer?: NodeJS.Timeout }>();

  constructor(hub: EventHub) {
    this.#hub = hub;
  }

  changed(record: OperationRecord): void {
    const last = this.#last.get(record.id);
    if (last?.state !== record.state) return this.#publish(record);
    const wait = last.at + interval - Date.now();
    if (wait <= 0) return this.#publish(record);
    last.timer ??= setTimeout(() => this.#publish(record), wait).unref();
  }

  #publish(record: OperationRecord): void {
    clearTimeout(this.#last.get(record.id)?.timer);
    if (record.endedAt === null) this.#last.set(record.id, { state: record.state, at: Date.now() });
    else this.#last.delete(record.id);
    this.#hub.publish({ kind: 'operation', operation: { ...operationView(record), log: [] } });
  }
}
