import type { FakeProcesses } from '../processes/fake-processes.ts';
import type { FakeRunc } from '../runc/fake-runc.ts';
import type {
  Conmon,
  ConmonCreate,
  ConmonCreated,
  ConmonExit,
  ConmonRestore,
  ConmonWatch,
} from './conmon.ts';

/** Creates containers in a FakeRunc, their inits in FakeProcesses; `exit` ends one as its init would. */
export class FakeConmon implements Conmon {
  readonly created: ConmonCreate[] = [];
  readonly exits = new Map<string, ConmonExit>();
  /** The next creation fails with this. */
  failure: Error | null = null;
  readonly #runc: FakeRunc;
  readonly #processes: FakeProcesses;
  readonly #running = new Map<string, ConmonCreated>();
  readonly #listeners = new Set<(exit: ConmonExit) => void>();
  #nextPid = 10_000;

  constructor(ports: { readonly runc: FakeRunc; readonly processes: FakeProcesses }) {
    this.#runc = ports.runc;
    this.#processes = ports.processes;
  }

  async create(container: ConmonCreate): Promise<ConmonCreated> {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    this.#nextPid += 2;
    const made = { pid: this.#nextPid, conmonPid: this.#nextPid + 1 };
    await container.beforeStart?.(made.conmonPid);
    this.#processes.begin(made.pid);
    this.#processes.begin(made.conmonPid);
    this.#runc.containers.set(container.id, {
      id: container.id,
      status: 'created',
      pid: made.pid,
      bundle: container.bundle,
    });
    this.#running.set(container.id, made);
    this.created.push(container);
    return made;
  }

  async restore(container: ConmonRestore): Promise<{ readonly conmonPid: number }> {
    const { images: _images, ...rest } = container;
    return { conmonPid: (await this.create(rest)).conmonPid };
  }

  async restored({ bundle }: Pick<ConmonRestore, 'bundle'>): Promise<ConmonCreated> {
    const state = [...this.#runc.containers.values()].find((container) => container.bundle === bundle);
    const running = state === undefined ? undefined : this.#running.get(state.id);
    if (state === undefined || running === undefined) throw new TypeError(`nothing is restored in ${bundle}`);
    this.#runc.containers.set(state.id, { ...state, status: 'running' });
    return running;
  }

  /** Ends a container's init with a status: 129 for a reboot, 130 for a poweroff. */
  exit(id: string, status: number): void {
    const running = this.#running.get(id);
    if (running === undefined) throw new TypeError(`no container ${id} runs`);
    this.#running.delete(id);
    const state = this.#runc.containers.get(id);
    if (state !== undefined) this.#runc.containers.set(id, { ...state, status: 'stopped', pid: 0 });
    const exit = { id, status, exitedAtMs: Date.now() };
    this.exits.set(id, exit);
    this.#processes.end(running.pid);
    this.#processes.end(running.conmonPid);
    for (const listener of this.#listeners) listener(exit);
  }

  async readExit(_exitDir: string, id: string): Promise<ConmonExit | null> {
    return this.exits.get(id) ?? null;
  }

  async removeExit(_exitDir: string, id: string): Promise<void> {
    this.exits.delete(id);
  }

  async watchExits(_exitDir: string, listener: (exit: ConmonExit) => void): Promise<ConmonWatch> {
    this.#listeners.add(listener);
    for (const exit of this.exits.values()) listener(exit);
    return { close: () => this.#listeners.delete(listener) };
  }
}
