import { randomUUID } from 'node:crypto';
import { type CodedError, fault } from '@insula/contract';
import { Locks } from './locks.ts';
import { isCancellable, newRecord, type OperationRecord } from './record.ts';
import { Runner, type RunnerOptions } from './runner.ts';
import type { Plan } from './step.ts';

export interface OperationRequest {
  readonly kind: string;
  readonly target: OperationRecord['target'];
  readonly input: unknown;
  readonly locks: readonly string[];
  readonly ifBusy: 'fail' | 'wait';
  /** Kinds that give way: those that hold our locks or wait for them are cancelled, if they still can be, and waited for. */
  readonly preempts?: readonly string[];
}

export type EngineOptions = RunnerOptions;

interface Active {
  readonly record: OperationRecord;
  readonly abort: AbortController;
  readonly ended: Promise<OperationRecord>;
  readonly settle: (record: OperationRecord) => void;
}

/**
 * Takes operations, keeps them from getting into each other's way, and sees each to its end.
 *
 * INVARIANTS
 * - An operation is journaled with its whole plan, durably, before its first step.
 * - Its locks are held from before the plan is made until the journal says that it has ended.
 * - Whoever holds a lock or waits for it can be found by its id.
 * - `recover` takes the locks of everything unfinished before it returns, so nothing new can slip in between.
 */
export class OperationEngine {
  readonly #options: EngineOptions;
  readonly #runner: Runner;
  readonly #locks = new Locks();
  readonly #active = new Map<string, Active>();
  /** Holders of locks that are no operations; aborted when an operation wants what they hold. */
  readonly #holds = new Map<string, AbortController>();
  #closing = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#runner = new Runner(options);
  }

  /** Plans without doing anything. @throws the coded errors of the kind */
  async dryRun({ kind, input, target }: Pick<OperationRequest, 'kind' | 'target' | 'input'>): Promise<Plan> {
    return await this.#runner.plan(kind, input, target);
  }

  /** Whether an action has an undo. */
  canUndo(action: string): boolean {
    return this.#options.handlers[action]?.undo !== undefined;
  }

  /**
   * Accepts an operation; it runs on its own.
   * @throws CodedError busy (ifBusy fail), shutting_down, and what planning throws when nothing holds the locks
   */
  async submit(request: OperationRequest): Promise<OperationRecord> {
    if (this.#closing) throw fault('shutting_down');
    const holder = this.#locks.holder(request.locks);
    const givesWay = this.#preempt(request);
    const hold = this.#holds.get(holder ?? '');
    hold?.abort(fault('busy', { target: request.target.name, operation: request.kind, kind: request.kind }));
    if (holder !== undefined && request.ifBusy === 'fail' && !givesWay && hold === undefined)
      throw this.#busy(request, holder);
    const record = newRecord(request);
    if (holder !== undefined) {
      this.#options.journal.save(record);
      this.#options.changed(record);
      this.#finish(this.#activate(record), async (signal) => await this.#waitThenRun(record, signal));
      return record;
    }
    const active = this.#activate(record);
    this.#locks.tryAcquire(record.id, record.locks);
    try {
      await this.#runner.prepare(record, active.abort.signal);
    } catch (error) {
      this.#deactivate(active);
      throw error;
    }
    this.#finish(active, async (signal) => await this.#runner.run(record, signal));
    return record;
  }

  /** Settles with the final record. @throws CodedError operation_not_found */
  async finished(id: string): Promise<OperationRecord> {
    const active = this.#active.get(id);
    if (active !== undefined) return await active.ended;
    const record = this.#options.journal.find(id);
    if (record === undefined) throw fault('operation_not_found', { operation: id });
    return record;
  }

  /** The record as it is now: the living one, else the journaled one. */
  find(id: string): OperationRecord | undefined {
    return this.#active.get(id)?.record ?? this.#options.journal.find(id);
  }

  /** The unfinished operation that holds a key, or waits for it. */
  holderOf(key: string): OperationRecord | undefined {
    const owner = this.#locks.holder([key]);
    return owner === undefined ? undefined : this.#active.get(owner)?.record;
  }

  /**
   * Holds locks for something short that is no operation and leaves nothing to undo. Operations wait until it is done; one that comes
   * tells it so, by the signal, if it may last.
   * @throws CodedError busy while an operation holds them, shutting_down; the reason of the signal
   */
  async hold<T>(
    { locks, target, signal }: Pick<OperationRequest, 'locks' | 'target'> & { readonly signal: AbortSignal },
    use: (wanted: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#closing) throw fault('shutting_down');
    const holder = this.#locks.holder(locks);
    if (holder !== undefined && !this.#holds.has(holder)) throw this.#busy({ target }, holder);
    const id = randomUUID();
    const wanted = new AbortController();
    this.#holds.set(id, wanted);
    try {
      await this.#locks.acquire(id, locks, signal);
      return await use(wanted.signal);
    } finally {
      this.#holds.delete(id);
      this.#locks.release(id);
    }
  }

  /** Asks an operation to stop. @throws CodedError operation_not_found, not_cancellable */
  cancel(id: string): OperationRecord {
    const active = this.#active.get(id);
    if (active === undefined) {
      if (this.#options.journal.find(id) === undefined) throw fault('operation_not_found', { operation: id });
      throw fault('not_cancellable', { operation: id, reason: 'it has ended' });
    }
    if (!isCancellable(active.record)) {
      throw fault('not_cancellable', { operation: id, reason: 'it is past its point of no return' });
    }
    active.abort.abort(fault('cancelled'));
    return active.record;
  }

  /** Takes up what an earlier daemon left unfinished: locks at once, work in the background. Returns what was found. */
  recover(): readonly OperationRecord[] {
    const left = this.#options.journal.unfinished();
    for (const record of left) {
      this.#locks.tryAcquire(record.id, record.locks);
      this.#finish(this.#activate(record), async (signal) => await this.#runner.recover(record, signal));
    }
    return left;
  }

  /**
   * Accepts nothing more and turns away those that wait; settles when what runs has ended or the time is up. What is unfinished
   * then is for the next daemon.
   * @returns whether nothing is unfinished
   */
  async close(milliseconds: number): Promise<boolean> {
    this.#closing = true;
    const active = [...this.#active.values()];
    for (const { record, abort } of active)
      if (record.state === 'queued') abort.abort(fault('shutting_down'));
    const all = Promise.allSettled(active.map(({ ended }) => ended));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, milliseconds).unref())]);
    return this.#active.size === 0;
  }

  #activate(record: OperationRecord): Active {
    const { promise: ended, resolve: settle } = Promise.withResolvers<OperationRecord>();
    const active = { record, abort: new AbortController(), ended, settle };
    this.#active.set(record.id, active);
    return active;
  }

  #deactivate({ record, settle }: Active): void {
    this.#active.delete(record.id);
    this.#locks.release(record.id);
    settle(record);
  }

  #finish(active: Active, work: (signal: AbortSignal) => Promise<void>): void {
    void work(active.abort.signal).then(() => {
      this.#deactivate(active);
      this.#options.changed(active.record);
    });
  }

  async #waitThenRun(record: OperationRecord, signal: AbortSignal): Promise<void> {
    try {
      await this.#locks.acquire(record.id, record.locks, signal);
      await this.#runner.prepare(record, signal);
    } catch (error) {
      return await this.#runner.end(record, this.#options.codeError(error));
    }
    await this.#runner.run(record, signal);
  }

  /** Tells those that give way to end. @returns whether there are any */
  #preempt({ locks, preempts = [] }: OperationRequest): boolean {
    const inTheWay = [...this.#active.values()].filter(
      ({ record }) => preempts.includes(record.kind) && record.locks.some((key) => locks.includes(key)),
    );
    for (const { record, abort } of inTheWay) if (isCancellable(record)) abort.abort(fault('cancelled'));
    return inTheWay.length > 0;
  }

  #busy({ target }: Pick<OperationRequest, 'target'>, holder: string): CodedError {
    const kind = this.#active.get(holder)?.record.kind ?? 'unknown';
    return fault('busy', { target: target.name, operation: holder, kind });
  }
}
