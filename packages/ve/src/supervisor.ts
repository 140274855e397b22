import { asCodedError } from '@insula/contract';
import type { Cgroups, Conmon, ConmonWatch, ProcessIdentity, Watch } from '@insula/host';
import type { OperationRequest } from '@insula/operations';
import type { VeEntry, VeRegistry } from './registry.ts';
import type { NodeLayout } from './run-layout.ts';
import { classifyExit, restartDelay } from './runtime.ts';

export interface SupervisorPorts extends NodeLayout {
  readonly registry: VeRegistry;
  readonly conmon: Pick<Conmon, 'watchExits' | 'readExit'>;
  readonly cgroups: Pick<Cgroups, 'watchPopulated'>;
  /** Submits an operation and settles when it has ended. */
  perform(request: OperationRequest): Promise<unknown>;
  isHeld(uuid: string): boolean;
  log(line: string, details: Record<string, unknown>): void;
}

/** Milliseconds that conmon gets to note the exit of a VE whose last process has ended. */
const noticePatience = 2_000;

/**
 * Looks after VEs whose init ended without an operation asking for it: settles them, starts them again after a reboot from inside
 * or, with a growing delay, after a crash. What an operation does itself is left to the operation.
 */
export class VeSupervisor {
  readonly #ports: SupervisorPorts;
  readonly #restarts = new Map<string, NodeJS.Timeout>();
  readonly #populated = new Map<string, Promise<Watch>>();
  #exits: ConmonWatch | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(ports: SupervisorPorts) {
    this.#ports = ports;
  }

  /** Takes up exits from now on, beginning with those that happened while no daemon ran: noted by conmon, or `unsettled`. */
  async start(unsettled: readonly string[]): Promise<void> {
    this.#unsubscribe = this.#ports.registry.onChange(({ entry }) => this.#watchOver(entry));
    this.#exits = await this.#ports.conmon.watchExits(this.#ports.run.exits, (exit) => {
      void this.#exited(exit.id, exit.status);
    });
    for (const uuid of unsettled) {
      if ((await this.#ports.conmon.readExit(this.#ports.run.exits, uuid)) === null)
        void this.#exited(uuid, null);
    }
    for (const entry of this.#ports.registry.list()) {
      this.#watchOver(entry);
      this.#plannedRestart(entry);
    }
  }

  stop(): void {
    this.#exits?.close();
    this.#unsubscribe?.();
    for (const watch of this.#populated.values())
      void watch.then(
        (open) => open.close(),
        () => undefined,
      );
    for (const timer of this.#restarts.values()) clearTimeout(timer);
    this.#restarts.clear();
  }

  /** Looks again at a VE whose operation has just ended: its init may have ended on its own meanwhile. */
  async operationEnded(uuid: string): Promise<void> {
    const entry = this.#ports.registry.get(uuid);
    if (entry === undefined) return;
    const exit = await this.#ports.conmon.readExit(this.#ports.run.exits, uuid);
    if (exit !== null) await this.#exited(uuid, exit.status);
  }

  /**
   * conmon notes exits; should conmon itself be killed, the kernel still tells when the last process of a VE has ended. Held only
   * while the VE runs.
   */
  #watchOver({ spec, runtime }: VeEntry): void {
    const { uuid, ctid } = spec;
    const watched = this.#populated.get(uuid);
    if (runtime.init === null || this.#ports.registry.get(uuid) === undefined) {
      this.#populated.delete(uuid);
      void watched?.then(
        (watch) => watch.close(),
        () => undefined,
      );
      return;
    }
    if (watched !== undefined) return;
    const { init } = runtime;
    const watch = this.#ports.cgroups.watchPopulated(this.#ports.groups.outer(ctid), (populated) => {
      if (!populated) setTimeout(() => void this.#emptied(uuid, init), noticePatience).unref();
    });
    this.#populated.set(uuid, watch);
    watch.catch((error: unknown) => {
      this.#ports.log('a VE cannot be watched', { ve: spec.name, problem: asCodedError(error).message });
    });
  }

  /** The group that was empty may hold the next run by now: only the run that was watched counts. */
  async #emptied(uuid: string, { pid, startTime }: ProcessIdentity): Promise<void> {
    const now = this.#ports.registry.get(uuid)?.runtime.init;
    if (now?.pid !== pid || now.startTime !== startTime) return;
    const exit = await this.#ports.conmon.readExit(this.#ports.run.exits, uuid);
    if (exit === null) await this.#exited(uuid, null);
  }

  async #exited(uuid: string, status: number | null): Promise<void> {
    const entry = this.#ports.registry.get(uuid);
    if (entry === undefined || this.#ports.isHeld(uuid)) return;
    const kind = classifyExit(status, false);
    this.#ports.log('init ended', { ve: entry.spec.name, kind, status });
    const request = this.#request(entry, kind === 'reboot' ? 've.reboot' : 've.settle', {
      crashed: kind === 'crash' || kind === 'unknown',
    });
    try {
      await this.#ports.perform(request);
    } catch (error) {
      this.#ports.log('settling failed', { ve: entry.spec.name, problem: asCodedError(error).message });
    }
    const settled = this.#ports.registry.get(uuid);
    if (settled !== undefined) this.#plannedRestart(settled);
  }

  /** After a crash: a start once the delay is over, unless somebody else started, stopped or destroyed the VE by then. */
  #plannedRestart({ spec, runtime }: VeEntry): void {
    clearTimeout(this.#restarts.get(spec.uuid));
    this.#restarts.delete(spec.uuid);
    const due =
      runtime.crashes > 0 &&
      runtime.init === null &&
      runtime.wanted === 'running' &&
      spec.restartPolicy === 'on-crash';
    if (!due) return;
    const delay = restartDelay(runtime.crashes);
    this.#ports.log('restart after crash', { ve: spec.name, crashes: runtime.crashes, delay });
    const timer = setTimeout(() => {
      this.#restarts.delete(spec.uuid);
      const now = this.#ports.registry.get(spec.uuid);
      if (now === undefined || now.runtime.init !== null || now.runtime.wanted !== 'running') return;
      this.#ports.perform(this.#request(now, 've.start', null)).catch((error: unknown) => {
        this.#ports.log('restart failed', { ve: spec.name, problem: asCodedError(error).message });
      });
    }, delay);
    this.#restarts.set(spec.uuid, timer.unref());
  }

  #request({ spec }: VeEntry, kind: string, input: unknown): OperationRequest {
    return {
      kind,
      target: { kind: 've', id: spec.uuid, name: spec.name },
      input,
      locks: [veLock(spec.uuid)],
      ifBusy: 'wait',
    };
  }
}

/** The lock that every change of a VE takes. */
export function veLock(uuid: string): string {
  return `ve:${uuid}`;
}
