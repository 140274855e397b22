import { asCodedError } from '@insula/contract';
import type { Cgroups, Conmon, ConmonWatch, Processes } from '@insula/host';
import type { OperationRecord, OperationRequest } from '@insula/operations';
import type { VeEntry, VeRegistry } from './registry.ts';
import type { NodeLayout } from './run-layout.ts';
import { RunWatches } from './run-watches.ts';
import { classifyExit, restartDelay } from './runtime.ts';

export interface SupervisorPorts extends NodeLayout {
  readonly registry: VeRegistry;
  readonly conmon: Pick<Conmon, 'watchExits' | 'readExit'>;
  readonly cgroups: Pick<Cgroups, 'watchPopulated'>;
  readonly processes: Pick<Processes, 'isAlive'>;
  /** Hands an operation to the engine; `operationEnded` is called when it has ended, as for every other one. */
  submit(request: OperationRequest): Promise<unknown>;
  isHeld(uuid: string): boolean;
  log(line: string, details: Record<string, unknown>): void;
}

/** Milliseconds that conmon gets to note the exit of a VE whose last process has ended. */
const noticePatience = 2_000;

/** Operations that leave a VE down when they fail, though it may be wanted. */
const bringingUp: readonly string[] = ['ve.start', 've.restart', 've.reboot', 've.settle'];

interface Planned {
  readonly what: 'settle' | 'restart';
  readonly timer: NodeJS.Timeout;
}

/**
 * Looks after VEs whose init ended without an operation asking for it: settles them, starts them again after a reboot from inside
 * or, with a growing delay, after a crash or a failure. What an operation does itself is left to it, and looked at when it has ended.
 */
export class VeSupervisor {
  readonly #ports: SupervisorPorts;
  readonly #watches: RunWatches;
  /** What is to be done later, one thing for each VE. */
  readonly #planned = new Map<string, Planned>();
  /** Failures in a row of operations that should have brought a VE up. */
  readonly #failures = new Map<string, number>();
  #exits: ConmonWatch | undefined;
  #unsubscribe: (() => void) | undefined;
  #stopped = false;

  constructor(ports: SupervisorPorts) {
    this.#ports = ports;
    this.#watches = new RunWatches(ports, (uuid) => this.#look(uuid));
  }

  /** Takes up exits from now on, beginning with those that happened while no daemon ran. */
  async start(): Promise<void> {
    const { conmon, registry, run } = this.#ports;
    this.#unsubscribe = registry.onChange(({ what, entry }) => {
      if (what === 'destroyed') this.#forget(entry.spec.uuid);
      else this.#watches.update(entry);
    });
    this.#exits = await conmon.watchExits(run.exits, ({ id }) => this.#look(id));
    for (const entry of registry.list()) {
      this.#watches.update(entry);
      if (entry.runtime.init !== null || entry.runtime.crashes > 0) this.#look(entry.spec.uuid);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#exits?.close();
    this.#unsubscribe?.();
    this.#watches.close();
    for (const uuid of this.#planned.keys()) this.#unplan(uuid);
  }

  /** Looks again at a VE whose operation has just ended: its init may have ended meanwhile, or not have come up. */
  operationEnded({ kind, target: { id: uuid, name }, state, error }: OperationRecord): void {
    if (state === 'succeeded') this.#failures.delete(uuid);
    if (state === 'failed' && bringingUp.includes(kind)) this.#failed(uuid, name, kind, error?.detail ?? '');
    // Whoever cancels a start wants the VE to stay down.
    if (state === 'cancelled' && kind === 've.start') this.#unplan(uuid);
    else this.#look(uuid);
  }

  #look(uuid: string): void {
    this.#try(uuid, async () => await this.#attend(uuid));
  }

  #try(uuid: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      const ve = this.#ports.registry.get(uuid)?.spec.name ?? uuid;
      this.#ports.log('a VE cannot be looked after', { ve, problem: asCodedError(error).message });
    });
  }

  /** Finds out what a VE needs that no operation holds: to be settled, to be started again, or nothing. */
  async #attend(uuid: string): Promise<void> {
    const { registry, processes } = this.#ports;
    const status = await this.#exitStatus(uuid);
    const init = registry.get(uuid)?.runtime.init ?? null;
    const isAlive = init !== null && (await processes.isAlive(init));
    const entry = registry.get(uuid);
    // One that an operation holds, or held while we looked, is looked at when the operation has ended.
    if (this.#stopped || entry === undefined || this.#ports.isHeld(uuid) || entry.runtime.init !== init)
      return;
    const failures = this.#failures.get(uuid) ?? 0;
    const delay = failures === 0 ? 0 : restartDelay(failures);
    const settle = async () => await this.#settle(entry);
    if (status !== null && !isAlive) this.#plan(uuid, 'settle', delay, settle);
    else if (init !== null && !isAlive) this.#plan(uuid, 'settle', delay + noticePatience, settle);
    else this.#planRestart(entry, failures);
  }

  async #exitStatus(uuid: string): Promise<number | null> {
    return (await this.#ports.conmon.readExit(this.#ports.run.exits, uuid))?.status ?? null;
  }

  async #settle({ spec: { uuid, name }, runtime: { init } }: VeEntry): Promise<void> {
    const status = await this.#exitStatus(uuid);
    const entry = this.#ports.registry.get(uuid);
    if (entry === undefined || this.#ports.isHeld(uuid)) return;
    // Much may have happened while this waited.
    if (entry.runtime.init !== init || (status === null && init === null)) return this.#look(uuid);
    const kind = classifyExit(status, false);
    this.#ports.log('init ended', { ve: name, kind, status });
    if (kind === 'reboot') await this.#submit(entry, 've.reboot', null);
    else await this.#submit(entry, 've.settle', { crashed: kind === 'crash' || kind === 'unknown' });
  }

  /** A start once the delay is over, unless somebody else started, stopped, changed or destroyed the VE by then. */
  #planRestart(entry: VeEntry, failures: number): void {
    const { uuid, name } = entry.spec;
    const { crashes } = entry.runtime;
    if (!isToRestart(entry)) {
      this.#failures.delete(uuid);
      return this.#unplan(uuid);
    }
    if (crashes + failures === 0 || this.#planned.get(uuid)?.what === 'restart') return;
    const delay = restartDelay(crashes + failures);
    this.#ports.log('restart after crash', { ve: name, crashes, failures, delay });
    this.#plan(uuid, 'restart', delay, async () => {
      const now = this.#ports.registry.get(uuid);
      if (now !== undefined && isToRestart(now)) await this.#submit(now, 've.start', null);
    });
  }

  async #submit({ spec: { uuid, name } }: VeEntry, kind: string, input: unknown): Promise<void> {
    const target = { kind: 've', id: uuid, name } as const;
    try {
      await this.#ports.submit({ kind, target, input, locks: [veLock(uuid)], ifBusy: 'wait' });
    } catch (error) {
      this.#failed(uuid, name, kind, asCodedError(error).message);
      this.#look(uuid);
    }
  }

  #failed(uuid: string, ve: string, kind: string, problem: string): void {
    this.#failures.set(uuid, (this.#failures.get(uuid) ?? 0) + 1);
    this.#ports.log(`${kind} failed`, { ve, problem });
  }

  /** Does something for a VE after some milliseconds, at once if there are none, instead of what was planned for it before. */
  #plan(uuid: string, what: Planned['what'], delay: number, work: () => Promise<void>): void {
    this.#unplan(uuid);
    if (delay === 0) return this.#try(uuid, work);
    const timer = setTimeout(() => {
      this.#planned.delete(uuid);
      this.#try(uuid, work);
    }, delay);
    this.#planned.set(uuid, { what, timer: timer.unref() });
  }

  #unplan(uuid: string): void {
    clearTimeout(this.#planned.get(uuid)?.timer);
    this.#planned.delete(uuid);
  }

  #forget(uuid: string): void {
    this.#watches.forget(uuid);
    this.#unplan(uuid);
    this.#failures.delete(uuid);
  }
}

/** Whether a VE is down, though it should not be. */
function isToRestart({ spec, runtime }: VeEntry): boolean {
  return (
    runtime.init === null &&
    !runtime.suspended &&
    runtime.wanted === 'running' &&
    spec.restartPolicy === 'on-crash'
  );
}

/** The lock that every change of a VE takes. */
export function veLock(uuid: string): string {
  return `ve:${uuid}`;
}
