import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, fault, type OperationTarget } from '@insula/contract';
import { Executor, type ExecutorOptions } from './executor.ts';
import { appendLog, type OperationRecord, takePlan } from './record.ts';
import type { Plan } from './step.ts';
import { withinTimeLimit } from './time-limit.ts';

/** What the engine must know of one kind of operation; looked up by name, so that a later daemon can finish an earlier one's. */
export interface OperationKind {
  /** Makes the plan, with all locks held. Throws coded errors when the state does not allow it. */
  plan(input: unknown, target: OperationTarget): Plan | Promise<Plan>;
  /** What to answer after success. */
  result?(target: OperationTarget, input: unknown): unknown;
  /** Called once the record is final, with all locks still held: the place to bring views up to date. */
  ended?(record: OperationRecord): void | Promise<void>;
}

export interface RunnerOptions extends ExecutorOptions {
  readonly kinds: Readonly<Record<string, OperationKind>>;
}

/** Milliseconds between two tries to write the end of an operation, at first and at most. */
const firstRetry = 100;
const lastRetry = 10_000;

/** Sees one operation from its plan to its end. Knows no locks: whoever calls holds them. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #executor: Executor;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#executor = new Executor(options);
  }

  /** Plans without doing anything. @throws the coded errors of the kind */
  async plan(kind: string, input: unknown, target: OperationTarget): Promise<Plan> {
    const row = this.#options.kinds[kind];
    if (row === undefined) throw fault('internal', { problem: `unknown kind of operation ${kind}` });
    return await row.plan(input, target);
  }

  /** Plans and journals the plan: from here on a later daemon takes the operation up. @throws what planning throws */
  async prepare(record: OperationRecord, signal: AbortSignal): Promise<void> {
    const plan = await this.plan(record.kind, record.input, record.target);
    signal.throwIfAborted();
    takePlan(record, plan);
    this.#options.journal.save(record, { durable: true });
    this.#options.changed(record);
  }

  /** Does what the plan says, or undoes it. The record is final then. */
  async run(record: OperationRecord, cancelled: AbortSignal): Promise<void> {
    const { signal, end } = withinTimeLimit(record, cancelled);
    try {
      await this.#executor.forward(record, signal);
    } catch (error) {
      const reason = this.#options.codeError(signal.aborted ? signal.reason : error);
      record.error = reason.toProblem();
      await this.#executor.backward(record);
      return await this.end(record, reason);
    } finally {
      end();
    }
    await this.end(record, null);
  }

  /** Finishes what an earlier daemon left, forward or backward as its plan says. */
  async recover(record: OperationRecord, signal: AbortSignal): Promise<void> {
    if (record.state === 'queued') {
      return await this.end(record, fault('interrupted', { outcome: 'nothing had been done' }));
    }
    if (record.state === 'running' && record.onCrash === 'resume') {
      record.recovery = 'resumed';
      appendLog(record, 'insulad was interrupted here; resuming');
      await this.#executor.rewind(record);
      return await this.run(record, signal);
    }
    record.recovery = 'rolled-back';
    appendLog(record, 'insulad was interrupted here; rolling back');
    const clean = await this.#executor.backward(record);
    const outcome = clean ? 'what it had done was undone' : 'undoing it failed in part, see its log';
    // one that was being undone already failed for a reason of its own, which is the one to tell
    const error =
      record.error === null ? fault('interrupted', { outcome }) : CodedError.fromProblem(record.error);
    await this.end(record, error);
  }

  /** Makes the record final and writes it down. Who sees its end sees its result, and the views that `ended` brought up to date. */
  async end(record: OperationRecord, error: CodedError | null): Promise<void> {
    const kind = this.#options.kinds[record.kind];
    const final: OperationRecord = {
      ...record,
      state: error === null ? 'succeeded' : error.code === 'cancelled' ? 'cancelled' : 'failed',
      error: error?.toProblem() ?? null,
      message: error?.message ?? 'done',
      progress: error === null ? 1 : record.progress,
    };
    try {
      await kind?.ended?.(final);
      if (error === null) final.result = (await kind?.result?.(record.target, record.input)) ?? record.result;
    } catch (failure) {
      appendLog(final, `after the end: ${this.#options.codeError(failure).message}`);
    }
    Object.assign(record, final, { endedAt: new Date().toISOString() });
    await this.#writeEnd(record);
  }

  /**
   * Gives up never: were the locks to go while the journal says that the operation runs, the next daemon would take it up again and
   * undo what others have built on it by then. An end that was told must also survive a loss of power, if it would be rolled back.
   */
  async #writeEnd(record: OperationRecord): Promise<void> {
    const durable = record.state === 'succeeded' && record.onCrash === 'rollback';
    for (let delay = firstRetry; ; delay = Math.min(2 * delay, lastRetry)) {
      try {
        return this.#options.journal.save(record, { durable });
      } catch (error) {
        if (delay === firstRetry)
          appendLog(record, `the journal cannot be written: ${this.#options.codeError(error).message}`);
      }
      await sleep(delay, undefined, { ref: false });
    }
  }
}
