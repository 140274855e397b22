import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandOptions, CommandRunner } from '../commands/command-runner.ts';
import { criuErrors } from '../criu/criu-log.ts';
import { criuOptions } from '../criu/criu-options.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { letInitGo } from './exec-fifo.ts';
import type { Runc, RuncCheckpoint, RuncExec, RuncOptions, RuncState, RuncStatus } from './runc.ts';
import { TimedContainers } from './timed-containers.ts';

export interface LinuxRuncOptions {
  /** Name or path of the program. */
  readonly program: string;
  /** Where runc keeps its state, apart from other users of runc. */
  readonly root: string;
}

const isUnknown = (error: unknown): boolean =>
  error instanceof CommandFailed && error.stderr.includes('container does not exist');

/** runc gives the v1 freezer some 10 ms, which processes that are being forked can outlast on a busy machine; it thaws them then. */
const freezeTries = 20;
const freezePauseMs = 20;

const isBusyFreezing = (error: unknown): boolean =>
  error instanceof CommandFailed && error.stderr.includes('unable to freeze');

const signalOption = (options: RuncOptions): CommandOptions =>
  options.signal === undefined ? {} : { signal: options.signal };

/** Drives runc. Control groups are always given by path (cgroupfs), never through systemd. */
export class LinuxRunc implements Runc {
  readonly #commands: CommandRunner;
  readonly #program: readonly string[];
  readonly #root: string;
  readonly #timed: TimedContainers;

  constructor(ports: { readonly commands: CommandRunner }, options: LinuxRuncOptions) {
    this.#commands = ports.commands;
    this.#program = [options.program, '--root', options.root];
    this.#root = options.root;
    this.#timed = new TimedContainers(ports, options);
  }

  async start(id: string, init: number, options: RuncOptions = {}): Promise<void> {
    const fifo = join(this.#root, id, 'exec.fifo');
    if (await letInitGo({ fifo, init, signal: options.signal })) return;
    // it says why not
    await this.#run(['start', id], options);
  }

  async delete(id: string, options: RuncOptions & { readonly force?: boolean } = {}): Promise<void> {
    try {
      await this.#run(['delete', ...(options.force === true ? ['--force'] : []), id], options);
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  }

  async kill(
    id: string,
    signalNumber: number,
    options: RuncOptions & { readonly all?: boolean } = {},
  ): Promise<void> {
    await this.#run(['kill', ...(options.all === true ? ['--all'] : []), id, String(signalNumber)], options);
  }

  async pause(id: string, options: RuncOptions = {}): Promise<void> {
    for (let tries = freezeTries; ; tries -= 1) {
      try {
        return await this.#run(['pause', id], options);
      } catch (error) {
        if (tries === 1 || !isBusyFreezing(error)) throw error;
        options.signal?.throwIfAborted();
        await sleep(freezePauseMs);
      }
    }
  }

  async resume(id: string, options: RuncOptions = {}): Promise<void> {
    await this.#run(['resume', id], options);
  }

  async checkpoint(id: string, checkpoint: RuncCheckpoint): Promise<void> {
    const { images, work, started, parent, ahead = false } = checkpoint;
    const argv = [
      ...this.#program,
      'checkpoint',
      ...['--image-path', images, '--work-path', work],
      ahead ? '--pre-dump' : '--leave-running',
      ...(parent === undefined ? [] : ['--parent-path', parent]),
      ...criuOptions,
      id,
    ];
    const output = await open(join(work, 'runc.log'), 'w');
    try {
      const command = await this.#commands.start(argv, {
        stdout: output.fd,
        stderr: output.fd,
        detached: true,
      });
      await started(command.pid);
      const { exitCode, signal } = await command.exited;
      if (exitCode === 0) return;
      const problem =
        (await criuErrors(join(work, 'dump.log'))) ?? (await readFile(join(work, 'runc.log'), 'utf8'));
      const none = { stdout: '', timedOut: false, isCanceled: false, isMaxOutput: false, isNotFound: false };
      throw new CommandFailed({ argv, exitCode, signal, stderr: problem, ...none });
    } finally {
      await output.close();
    }
  }

  async forgetCheckpoint(id: string): Promise<void> {
    await rm(join(this.#root, id, 'checkpoint'), { force: true });
  }

  async state(id: string, options: RuncOptions = {}): Promise<RuncState | null> {
    try {
      const { stdout } = await this.#commands.run([...this.#program, 'state', id], signalOption(options));
      const state = JSON.parse(stdout) as RuncState;
      return { id: state.id, status: state.status as RuncStatus, pid: state.pid, bundle: state.bundle };
    } catch (error) {
      if (isUnknown(error)) return null;
      throw error;
    }
  }

  async list(): Promise<readonly string[]> {
    try {
      // `runc list` would read the state of each; a container is a directory of the root
      const entries = await readdir(this.#root, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  execArgv(exec: RuncExec): readonly string[] {
    return [
      ...this.#programFor(exec),
      'exec',
      '--process',
      exec.processFile,
      ...(exec.pidFile === undefined ? [] : ['--pid-file', exec.pidFile]),
      ...(exec.tty === true ? ['--tty'] : []),
      ...(exec.detach === true ? ['--detach'] : []),
      exec.id,
    ];
  }

  async enterTime(id: string, init: number): Promise<void> {
    await this.#timed.note(id, init);
  }

  #programFor({ id, init = null }: RuncExec): readonly string[] {
    return (init === null ? null : this.#timed.program(id, init)) ?? this.#program;
  }

  async #run(args: readonly string[], options: RuncOptions): Promise<void> {
    await this.#commands.run([...this.#program, ...args], signalOption(options));
  }
}
