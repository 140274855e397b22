import type { Operation } from '@insula/contract';
import { ask } from '../client/calls.ts';
import { Interrupted, reportError } from '../errors/report.ts';
import type { Session } from '../session.ts';

/**
 * What signals do while operations are waited for. Ctrl-C asks the daemon to cancel them (or leaves them alone, with `--on-interrupt
 * detach`), a second one leaves them running; a lost terminal or SIGTERM only ever leaves: the work is the daemon's, not ours.
 */
export class Interrupts {
  readonly #session: Session;
  readonly #say: (write: () => void) => void;
  readonly #running = new Map<string, Operation>();
  readonly #left = new AbortController();
  #cancelling = false;

  constructor(session: Session, say: (write: () => void) => void) {
    this.#session = session;
    this.#say = say;
    session.context.signals.on('SIGINT', this.#onInterrupt);
    session.context.signals.on('SIGTERM', this.#leave);
    session.context.signals.on('SIGHUP', this.#leave);
  }

  [Symbol.dispose](): void {
    this.#session.context.signals.off('SIGINT', this.#onInterrupt);
    this.#session.context.signals.off('SIGTERM', this.#leave);
    this.#session.context.signals.off('SIGHUP', this.#leave);
  }

  /** Aborted, with an `Interrupted`, when the user does not want to wait any longer. */
  get signal(): AbortSignal {
    return this.#left.signal;
  }

  /** Whether the user asked to stop: nothing new should be begun. */
  get stopping(): boolean {
    return this.#cancelling || this.#left.signal.aborted;
  }

  add(operation: Operation): void {
    this.#running.set(operation.id, operation);
    if (this.#cancelling) void this.#cancel(operation);
  }

  remove(id: string): void {
    this.#running.delete(id);
  }

  readonly #onInterrupt = (): void => {
    const { command, options } = this.#session;
    const cancels = command.operation?.kind === 'change' && options.text('on-interrupt') !== 'detach';
    if (this.#cancelling || !cancels) {
      this.#leave();
      return;
    }
    this.#cancelling = true;
    this.#note('cancelling; Ctrl-C again leaves it running and returns at once');
    for (const operation of this.#running.values()) void this.#cancel(operation);
  };

  readonly #leave = (): void => {
    this.#left.abort(new Interrupted('interrupted'));
  };

  async #cancel(operation: Operation): Promise<void> {
    try {
      await ask(this.#session.client, 'operation.cancel', { params: { operation: operation.id } });
    } catch (error) {
      // it may have ended in the meantime; then its end is what will be told
      if (this.#running.has(operation.id))
        this.#say(() => reportError(this.#session.context, error, { target: operation.target.name }));
    }
  }

  #note(text: string): void {
    this.#say(() => this.#session.context.stderr.write(`${text}\n`));
  }
}
