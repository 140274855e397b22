import { setTimeout as delay } from 'node:timers/promises';
import { type Cgroups, hasErrorCode } from '@insula/host';
import { Turns } from '@insula/operations';

/**
 * Processes and threads that starting a command takes before the command is there: runc's own inside the VE, whose runtime ends
 * when it cannot have a thread.
 */
const needed = 16;

/** Milliseconds that a command gets to start in a VE that was full, and from one look at it to the next. */
const patience = 10_000;
const lookInterval = 20;

interface Loan {
  /** What the limit says, and what it says while commands start. */
  readonly limit: string;
  readonly lent: string;
  starting: number;
}

/**
 * Lets commands of administrators start in a VE that has as many processes as it may: its limit is a little higher until they run, and
 * no process that was there before is given anything for long. A daemon that dies over it leaves the files of the command behind;
 * the next one sets the limit again (see endAbandonedExecs).
 */
export class ExecRoom {
  readonly #cgroups: Pick<Cgroups, 'read' | 'write'>;
  /** By the VE's group. */
  readonly #loans = new Map<string, Loan>();
  /** What is lent must not be taken for the VE's own limit. */
  readonly #turns = new Turns();

  constructor(ports: { readonly cgroups: Pick<Cgroups, 'read' | 'write'> }) {
    this.#cgroups = ports.cgroups;
  }

  /** To be called before the command is started. Ends by itself once it has, or with what this answers. */
  async make(cgroup: string, hasStarted: () => Promise<boolean>): Promise<() => Promise<void>> {
    const loan = await this.#turns.take(async () => await this.#take(cgroup));
    if (loan === null) return async () => undefined;
    let isOver = false;
    const end = async (): Promise<void> => {
      if (isOver) return;
      isOver = true;
      await this.#turns.take(async () => {
        loan.starting -= 1;
        if (loan.starting === 0) await this.#takeBack(cgroup, loan);
      });
    };
    // nobody waits for it: that the host refuses a limit must not end the daemon
    void this.#endWhen(hasStarted, () => isOver, end).catch(() => undefined);
    return end;
  }

  async #take(cgroup: string): Promise<Loan | null> {
    const loan = this.#loans.get(cgroup) ?? (await this.#lend(cgroup));
    if (loan === null) return null;
    this.#loans.set(cgroup, loan);
    loan.starting += 1;
    return loan;
  }

  async #lend(cgroup: string): Promise<Loan | null> {
    try {
      const limit = await this.#cgroups.read('pids', cgroup, 'pids.max');
      if (limit === 'max') return null;
      const current = Number(await this.#cgroups.read('pids', cgroup, 'pids.current'));
      if (current + needed <= Number(limit)) return null;
      const lent = String(Math.max(current, Number(limit)) + needed);
      await this.#cgroups.write('pids', cgroup, 'pids.max', lent);
      return { limit, lent, starting: 0 };
    } catch (error) {
      // it has ended meanwhile, or the host does not limit processes
      if (hasErrorCode(error, 'ENOENT', 'ENODEV')) return null;
      throw error;
    }
  }

  async #takeBack(cgroup: string, { limit, lent }: Loan): Promise<void> {
    this.#loans.delete(cgroup);
    try {
      // somebody may have given the VE another limit
      if ((await this.#cgroups.read('pids', cgroup, 'pids.max')) !== lent) return;
      await this.#cgroups.write('pids', cgroup, 'pids.max', limit);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENODEV')) throw error;
    }
  }

  async #endWhen(
    hasStarted: () => Promise<boolean>,
    isOver: () => boolean,
    end: () => Promise<void>,
  ): Promise<void> {
    const until = performance.now() + patience;
    while (!isOver() && performance.now() < until && !(await hasStarted()))
      await delay(lookInterval, undefined, { ref: false });
    await end();
  }
}
