import { type CodedError, fault, type OperationTarget } from '@insula/contract';
import { Executor, type ExecutorOptions } from './executor.ts';
import { Locks } from './locks.ts';
import { newOperationId } from './operation-id.ts';
import { appendLog, isCancellable, type OperationRecord } from './record.ts';
import type { Plan } from './step.ts';

/** What the engine must know of one kind of operation; looked up by name, so that a later daemon can finish an earlier one's. */
export interface OperationKind {
  /** Makes the plan, with all locks held. Throws coded errors when the state does not allow it. */
  plan(input: unknown, target: OperationTarget): Plan | Promise<Plan>;
  /** What to answer after success. */
  result?(target: OperationTarget, input: unknown): unknown;
  /** Called once the record is final, with all locks still held: the place to bring views up to date. */
  ended?(record: OperationRecord): void | Promise<void>;
}

export interface OperationRequest {
  readonly kind: string;
  readonly target: OperationTarget;
  readonly input: unknown;
  readonly locks: readonly string[];
  readonly ifBusy: 'fail' | 'wait';
  /** Kinds that give way: one that holds our locks is cancelled first, if it still can be. */
  readonly preempts?: readonly string[];
}

export interface EngineOptions extends ExecutorOptions {
  readonly kinds: Readonly<Record<string, OperationKind>>;
}

interface Active {
  readonly record: OperationRecord;
  readonly abort: AbortController;
  readonly ended: Promise<OperationRecord>;
}

/**
 * Takes operations, keeps them from getting into each other's way, and sees each to its end.
 *
 * INVARIANTS
 * - An operation is journaled with its whole plan, durably, before its first step.
 * - Its locks are held from before the plan is made until the record is final.
 * - `recover` takes the locks of everything unfinished before it returns, so nothing new can slip in between.
 */
export class OperationEngine {
  readonly #options: EngineOptions;
  readonly #executor: Executor;
  readonly #locks = new Locks();
  readonly #active = new Map<string, Active>();
  #closing = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#executor = new Executor(options);
  }

  /** Plans without doing anything. @throws the coded errors of the kind */
  async dryRun(request: Pick<OperationRequest, 'kind' | 'target' | 'input'>): Promise<Plan> {
    return await this.#kind(request.kind).plan(request.input, request.target);
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
    const record = newRecord(request);
    const abort = new AbortController();
    this.#preempt(request);
    const mustWait = this.#locks.holder(request.locks) !== undefined;
    if (mustWait && request.ifBusy === 'fail' && request.preempts === undefined) throw this.#busy(request);
    if (mustWait) {
      this.#options.journal.save(record);
      this.#options.changed(record);
      this.#track(record, abort, this.#waitThenRun(record, abort));
      return record;
    }
    this.#locks.tryAcquire(record.id, record.locks);
    try {
      await this.#makePlan(record);
    } catch (error) {
      this.#locks.release(record.id);
      throw error;
    }
    this.#track(record, abort, this.#run(record, abort.signal));
    return record;
  }

  /** Settles with the final record. */
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
      const abort = new AbortController();
      this.#locks.tryAcquire(record.id, record.locks);
      this.#track(record, abort, this.#recoverOne(record, abort.signal));
    }
    return left;
  }

  /** Accepts nothing more; settles when what runs has ended or the time is up. What is unfinished then is for the next daemon. */
  async close(milliseconds: number): Promise<void> {
    this.#closing = true;
    const all = Promise.allSettled([...this.#active.values()].map((active) => active.ended));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, milliseconds).unref())]);
  }

  #track(record: OperationRecord, abort: AbortController, work: Promise<void>): void {
    const ended = work.then(() => {
      this.#active.delete(record.id);
      this.#locks.release(record.id);
      this.#options.changed(record);
      return record;
    });
    this.#active.set(record.id, { record, abort, ended });
  }

  async #waitThenRun(record: OperationRecord, abort: AbortController): Promise<void> {
    try {
      await this.#locks.acquire(record.id, record.locks, abort.signal);
      await this.#makePlan(record);
    } catch (error) {
      return await this.#end(record, this.#options.codeError(error));
    }
    await this.#run(record, abort.signal);
  }

  async #makePlan(record: OperationRecord): Promise<void> {
    const plan = await this.#kind(record.kind).plan(record.input, record.target);
    record.steps = plan.steps.map((step) => ({
      action: step.action,
      title: step.title,
      args: step.args as OperationRecord['steps'][number]['args'],
      weight: step.weight ?? 1,
      state: 'pending',
      startedAt: null,
      milliseconds: null,
      problem: null,
    }));
    record.onCrash = plan.onCrash;
    record.cancellableBefore = plan.cancellableBefore ?? null;
    record.state = 'running';
    record.startedAt = new Date().toISOString();
    this.#options.journal.save(record, { durable: true });
    this.#options.changed(record);
  }

  async #run(record: OperationRecord, signal: AbortSignal): Promise<void> {
    try {
      await this.#executor.forward(record, signal);
    } catch (error) {
      return await this.#giveUp(
        record,
        signal.aborted ? this.#options.codeError(signal.reason) : this.#options.codeError(error),
      );
    }
    await this.#end(record, null);
  }

  async #giveUp(record: OperationRecord, error: CodedError): Promise<void> {
    record.error = error.toProblem();
    await this.#executor.backward(record);
    await this.#end(record, error);
  }

  async #recoverOne(record: OperationRecord, signal: AbortSignal): Promise<void> {
    if (record.state === 'queued') {
      return await this.#end(record, fault('interrupted', { outcome: 'nothing had been done' }));
    }
    if (record.state === 'running' && record.onCrash === 'resume') {
      record.recovery = 'resumed';
      appendLog(record, 'insulad was interrupted here; resuming');
      await this.#executor.rewind(record);
      return await this.#run(record, signal);
    }
    record.recovery = 'rolled-back';
    appendLog(record, 'insulad was interrupted here; rolling back');
    const clean = await this.#executor.backward(record);
    const earlier = record.error === null ? undefined : record.error.code;
    const outcome = clean ? 'what it had done was undone' : 'undoing it failed in part, see its log';
    await this.#end(record, earlier === 'cancelled' ? fault('cancelled') : fault('interrupted', { outcome }));
  }

  async #end(record: OperationRecord, error: CodedError | null): Promise<void> {
    const kind = this.#options.kinds[record.kind];
    record.state = error === null ? 'succeeded' : error.code === 'cancelled' ? 'cancelled' : 'failed';
    record.error = error?.toProblem() ?? null;
    record.message = error?.message ?? 'done';
    record.endedAt = new Date().toISOString();
    if (error === null) record.progress = 1;
    try {
      await kind?.ended?.(record);
      if (error === null) record.result = (await kind?.result?.(record.target, record.input)) ?? null;
    } catch (failure) {
      appendLog(record, `after the end: ${this.#options.codeError(failure).message}`);
    }
    this.#options.journal.save(record);
  }

  #preempt(request: OperationRequest): void {
    const owner = this.#locks.holder(request.locks);
    const holder = owner === undefined ? undefined : this.#active.get(owner);
    if (holder === undefined || !request.preempts?.includes(holder.record.kind)) return;
    if (isCancellable(holder.record)) holder.abort.abort(fault('cancelled'));
  }

  #busy(request: OperationRequest): CodedError {
    const owner = this.#locks.holder(request.locks) ?? '';
    const kind = this.#active.get(owner)?.record.kind ?? 'unknown';
    return fault('busy', { target: request.target.name, operation: owner, kind });
  }

  #kind(name: string): OperationKind {
    const kind = this.#options.kinds[name];
    if (kind === undefined) throw fault('internal', { problem: `unknown kind of operation ${name}` });
    return kind;
  }
}

function newRecord(request: OperationRequest): OperationRecord {
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
    log: [],
    recovery: null,
    result: null,
    error: null,
  };
}
