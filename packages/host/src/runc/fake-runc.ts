import { CommandFailed } from '../commands/command-failed.ts';
import type { Runc, RuncCheckpoint, RuncExec, RuncOptions, RuncState, RuncStatus } from './runc.ts';

/** Containers in memory. Put one into `containers` (or let FakeConmon do it) before it is started. */
export class FakeRunc implements Runc {
  readonly containers = new Map<string, RuncState>();
  /** Every call that changes something, such as 'start 101'. */
  readonly calls: string[] = [];

  async start(id: string, _init: number, _options?: RuncOptions): Promise<void> {
    this.#change(id, 'start', 'running');
  }

  async delete(id: string, options: RuncOptions & { readonly force?: boolean } = {}): Promise<void> {
    this.calls.push(`delete ${id}`);
    const state = this.containers.get(id);
    if (state !== undefined && state.status !== 'stopped' && options.force !== true)
      throw this.#failed(id, 'delete');
    this.containers.delete(id);
  }

  async kill(id: string, signalNumber: number): Promise<void> {
    this.calls.push(`kill ${id} ${signalNumber}`);
    if (!this.containers.has(id)) throw this.#failed(id, 'kill');
  }

  async pause(id: string): Promise<void> {
    this.#change(id, 'pause', 'paused');
  }

  async enterTime(id: string, _init: number): Promise<void> {
    this.calls.push(`enterTime ${id}`);
  }

  async resume(id: string): Promise<void> {
    this.#change(id, 'resume', 'running');
  }

  async forgetCheckpoint(id: string): Promise<void> {
    this.calls.push(`forgetCheckpoint ${id}`);
  }

  async checkpoint(id: string, _checkpoint: RuncCheckpoint): Promise<void> {
    this.calls.push(`checkpoint ${id}`);
    if (!this.containers.has(id)) throw this.#failed(id, 'checkpoint');
  }

  async state(id: string): Promise<RuncState | null> {
    return this.containers.get(id) ?? null;
  }

  async list(): Promise<readonly string[]> {
    return [...this.containers.keys()].sort();
  }

  execArgv(exec: RuncExec): readonly string[] {
    return ['runc', 'exec', '--process', exec.processFile, exec.id];
  }

  #change(id: string, verb: string, status: RuncStatus): void {
    this.calls.push(`${verb} ${id}`);
    const state = this.containers.get(id);
    if (state === undefined) throw this.#failed(id, verb);
    this.containers.set(id, { ...state, status });
  }

  #failed(id: string, verb: string): CommandFailed {
    return new CommandFailed({
      argv: ['runc', verb, id],
      exitCode: 1,
      signal: null,
      stdout: '',
      stderr: 'container does not exist',
      timedOut: false,
      isCanceled: false,
      isMaxOutput: false,
      isNotFound: false,
    });
  }
}
