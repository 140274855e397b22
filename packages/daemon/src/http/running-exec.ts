import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type CodedError, fault } from '@insula/contract';
import type { ProcessIdentity } from '@insula/host';
import type { PreparedExec } from '@insula/ve';
import type { Node } from '../node.ts';

/** Milliseconds between two looks for the pid that runc writes once the command runs. */
const lookInterval = 5;

/** Milliseconds that a command gets to end after its client has gone. */
const orphanPatience = 5_000;

/** Bytes of what runc says that are kept. */
const maxComplaint = 16_384;

/** A command in a VE, from the start of runc to the end of the command. */
export class RunningExec {
  readonly #node: Node;
  readonly #exec: PreparedExec;
  #runcEnded = false;
  #started: Promise<ProcessIdentity | null> | undefined;

  constructor(node: Node, exec: PreparedExec, ended: Promise<unknown>) {
    this.#node = node;
    this.#exec = exec;
    void ended.then(() => {
      this.#runcEnded = true;
    });
  }

  /** The process in the VE, once it runs; null when it never did, or has ended already. */
  async started(): Promise<ProcessIdentity | null> {
    this.#started ??= this.#findProcess();
    return await this.#started;
  }

  /** Whether there ever was a process in the VE. To be asked before the files of the run are cleaned up. */
  async wasStarted(): Promise<boolean> {
    return (await this.#readPid()) !== null;
  }

  /** Signals go to the process in the VE, not to runc, which cannot hand every signal on. */
  async signal(number: number): Promise<void> {
    const process = await this.started();
    if (process !== null) await this.#node.host.processes.signal(process, number);
  }

  /** Ends what a client left behind: SIGHUP, as a closed terminal would, and SIGKILL a little later. */
  async endOrphan(): Promise<void> {
    const { processes } = this.#node.host;
    const process = await this.started();
    if (process === null) return;
    await processes.signal(process, constants.signals.SIGHUP);
    try {
      await processes.exited(process, { signal: AbortSignal.timeout(orphanPatience) });
    } catch {
      await processes.signal(process, constants.signals.SIGKILL);
    }
  }

  /** The pid is the process's own while runc lives, which is its parent; after that the kernel may give it to anybody. */
  async #findProcess(): Promise<ProcessIdentity | null> {
    while (!this.#runcEnded) {
      const pid = await this.#readPid();
      if (pid !== null && !this.#runcEnded) return await this.#node.host.processes.identify(pid);
      await delay(lookInterval);
    }
    return null;
  }

  async #readPid(): Promise<number | null> {
    const pid = Number(await this.#node.host.files.readTextIfExists(this.#exec.pidFile));
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  }
}

/** What comes out of runc: until the command runs it can only be runc's own complaint, which is no output of the command. */
export class EarlyOutput {
  readonly #send: (bytes: Buffer) => void;
  #held: Buffer[] | null = [];

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  get isHeld(): boolean {
    return this.#held !== null;
  }

  take(bytes: Buffer): void {
    if (this.#held === null) this.#send(bytes);
    else this.#held.push(bytes);
  }

  /** The command runs: what was held back was its own. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const bytes of held) this.#send(bytes);
  }

  /** Why runc did not run the command. */
  complaint(ve: string): CodedError {
    const text = Buffer.concat(this.#held ?? []).toString('utf8', 0, maxComplaint);
    return fault('exec_failed', { ve, problem: messageOf(text) ?? 'the runtime does not say why' });
  }
}

/** The last message of runc's log lines, `time="…" level=error msg="…"`, without what every one of them begins with. */
function messageOf(text: string): string | undefined {
  const message = [...text.matchAll(/ msg="((?:[^"\\]|\\.)*)"/g)].at(-1)?.[1];
  return message?.replaceAll(/\\(.)/g, '$1').replace(/^exec failed: unable to start container process: /, '');
}
