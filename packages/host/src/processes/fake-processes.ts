import type { ProcessDetails } from './process-details.ts';
import type { Processes, ProcessIdentity, WaitOptions } from './processes.ts';

const isSame = (left: ProcessIdentity, right: ProcessIdentity): boolean =>
  left.pid === right.pid && left.startTime === right.startTime;

/** Processes in memory: a test begins and ends them. */
export class FakeProcesses implements Processes {
  /** Every signal that reached a process. */
  readonly signals: { readonly identity: ProcessIdentity; readonly signalNumber: number }[] = [];
  /** What `details` finds. */
  readonly known = new Map<number, ProcessDetails>();
  readonly #running = new Map<number, ProcessIdentity>();
  readonly #waiting: { readonly identity: ProcessIdentity; readonly tell: () => void }[] = [];
  #clock = 1_000;

  /** A process with this pid runs from now on. */
  begin(pid: number): ProcessIdentity {
    this.#clock += 1;
    const identity = { pid, startTime: this.#clock };
    this.#running.set(pid, identity);
    return identity;
  }

  end(pid: number): void {
    const identity = this.#running.get(pid);
    this.#running.delete(pid);
    for (const wait of this.#waiting)
      if (identity !== undefined && isSame(wait.identity, identity)) wait.tell();
  }

  async identify(pid: number): Promise<ProcessIdentity | null> {
    return this.#running.get(pid) ?? null;
  }

  async isAlive(identity: ProcessIdentity): Promise<boolean> {
    const running = this.#running.get(identity.pid);
    return running !== undefined && isSame(running, identity);
  }

  async signal(identity: ProcessIdentity, signalNumber: number): Promise<boolean> {
    if (!(await this.isAlive(identity))) return false;
    this.signals.push({ identity, signalNumber });
    return true;
  }

  async heeds(identity: ProcessIdentity): Promise<boolean> {
    return await this.isAlive(identity);
  }

  async exited(identity: ProcessIdentity, options: WaitOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    if (!(await this.isAlive(identity))) return;
    await new Promise<void>((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
      this.#waiting.push({ identity, tell: resolve });
    });
  }

  async uptimeMs(identity: ProcessIdentity): Promise<number | null> {
    return (await this.isAlive(identity)) ? 0 : null;
  }

  async details(pids: readonly number[]): Promise<readonly ProcessDetails[]> {
    return pids.flatMap((pid) => this.known.get(pid) ?? []);
  }
}
