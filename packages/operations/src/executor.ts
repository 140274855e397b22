import { type CodedError, fault } from '@insula/contract';
import type { Journal } from './journal.ts';
import { appendLog, type OperationRecord, type StepRecord, stagesOf } from './record.ts';
import type { StepContext, StepHandler, StepHandlers } from './step.ts';

/** Where a fault can be injected: around every step and every undo. Tests kill the daemon there. */
export type FaultPoint = 'begun' | 'done' | 'undo-begun' | 'undo-done';
export type FaultInjector = (record: OperationRecord, stepIndex: number, point: FaultPoint) => void;

export interface ExecutorOptions {
  readonly handlers: StepHandlers;
  readonly journal: Journal;
  /** Called after every change of a record. */
  readonly changed: (record: OperationRecord) => void;
  /** What a step threw, as an error of the catalogue. */
  readonly codeError: (error: unknown) => CodedError;
  readonly injectFault?: FaultInjector;
}

/** Runs the steps of records forward and backward, journaling before and after each. Knows neither locks nor kinds. */
export class Executor {
  readonly #options: ExecutorOptions;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /**
   * Does every step that is not done yet. Those side by side all end, also when one of them fails: an undo must not meet what is
   * still under way.
   * @throws what the first failing step threw
   */
  async forward(record: OperationRecord, signal: AbortSignal): Promise<void> {
    for (const stage of stagesOf(record)) {
      const open = stage.flatMap((index) => {
        const step = record.steps[index];
        return step === undefined || step.state === 'done' ? [] : [{ index, step }];
      });
      const [first] = open;
      if (first === undefined) continue;
      const final = record.cancellableBefore !== null && first.index >= record.cancellableBefore;
      if (!final) signal.throwIfAborted();
      for (const { step } of open) {
        step.state = 'running';
        step.startedAt = new Date().toISOString();
        step.problem = null;
      }
      record.message = first.step.title;
      try {
        if (final) this.#saveIfPossible(record);
        else this.#save(record);
      } catch (error) {
        for (const { step } of open) this.#noteFailure(record, step, error);
        throw error;
      }
      const ends = await Promise.allSettled(
        open.map(async ({ index, step }) => await this.#do(record, index, step, final ? never : signal)),
      );
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  }

  async #do(record: OperationRecord, index: number, step: StepRecord, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    try {
      this.#options.injectFault?.(record, index, 'begun');
      await this.#handler(step).do(step.args, this.#context(record, step, signal));
    } catch (error) {
      step.milliseconds = elapsed(started);
      this.#noteFailure(record, step, error);
      throw error;
    }
    this.#options.injectFault?.(record, index, 'done');
    step.state = 'done';
    step.milliseconds = elapsed(started);
    record.progress = progressOf(record, step, 1);
    this.#saveIfPossible(record);
  }

  #noteFailure(record: OperationRecord, step: StepRecord, error: unknown): void {
    step.state = 'failed';
    step.problem = this.#options.codeError(error).message;
    this.#saveIfPossible(record);
  }

  /**
   * Undoes every step that was begun, last first. A failing undo is noted in the log and the others still run: half undone is
   * worse than undone but for one.
   * @returns whether every undo succeeded
   */
  async backward(record: OperationRecord): Promise<boolean> {
    let clean = true;
    record.state = 'undoing';
    for (const [index, step] of [...record.steps.entries()].reverse()) {
      if (step.state === 'pending' || step.state === 'undone') continue;
      clean = (await this.#undo(record, index, step)) && clean;
    }
    return clean;
  }

  /** Brings the interrupted steps back to their beginning, so that `forward` can do them again. */
  async rewind(record: OperationRecord): Promise<void> {
    for (const [index, step] of [...record.steps.entries()].reverse()) {
      if (step.state === 'done' || step.state === 'pending') continue;
      await this.#undo(record, index, step);
      step.state = 'pending';
      step.problem = null;
    }
    this.#saveIfPossible(record);
  }

  async #undo(record: OperationRecord, index: number, step: StepRecord): Promise<boolean> {
    let clean = true;
    try {
      const handler = this.#handler(step);
      if (handler.undo === undefined) return true;
      step.state = 'undoing';
      record.message = `undoing: ${step.title}`;
      this.#saveIfPossible(record);
      this.#options.injectFault?.(record, index, 'undo-begun');
      await handler.undo(step.args, this.#context(record, step, never));
    } catch (error) {
      clean = false;
      appendLog(record, `undo of "${step.title}" failed: ${this.#options.codeError(error).message}`);
    }
    this.#options.injectFault?.(record, index, 'undo-done');
    step.state = 'undone';
    this.#saveIfPossible(record);
    return clean;
  }

  #context(record: OperationRecord, step: StepRecord, signal: AbortSignal): StepContext {
    return {
      operationId: record.id,
      signal,
      progress: (fraction, text) => {
        record.progress = progressOf(record, step, fraction);
        record.message = text === undefined ? step.title : `${step.title}: ${text}`;
        this.#options.changed(record);
      },
      output: (value) => {
        record.result = value;
      },
      log: (line) => {
        appendLog(record, line);
        this.#options.changed(record);
      },
    };
  }

  #handler(step: StepRecord): StepHandler {
    const handler = this.#options.handlers[step.action] as StepHandler | undefined;
    if (handler === undefined) throw fault('internal', { problem: `no handler for the step ${step.action}` });
    return handler;
  }

  #save(record: OperationRecord): void {
    this.#options.journal.save(record);
    this.#options.changed(record);
  }

  /**
   * On the way back and past the point of no return, a journal that cannot be written (a full disk) stops nothing: a daemon that
   * goes by an older entry does once more, or undoes once more, what handlers allow to be done again.
   */
  #saveIfPossible(record: OperationRecord): void {
    try {
      this.#options.journal.save(record);
    } catch (error) {
      appendLog(record, `the journal cannot be written: ${this.#options.codeError(error).message}`);
    }
    this.#options.changed(record);
  }
}

const never = new AbortController().signal;

const elapsed = (since: number): number => Math.round((performance.now() - since) * 1000) / 1000;

/** Share of the whole, from 0 to 1, of what is done, with `fraction` of this step. */
function progressOf(record: OperationRecord, step: StepRecord, fraction: number): number {
  let done = 0;
  let whole = 0;
  for (const other of record.steps) {
    whole += other.weight;
    if (other !== step && other.state === 'done') done += other.weight;
  }
  const share = (done + step.weight * (fraction > 0 ? Math.min(1, fraction) : 0)) / (whole || 1);
  return Math.max(record.progress, Math.round(share * 1000) / 1000);
}
