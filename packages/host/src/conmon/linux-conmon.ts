import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandRunner, RunningCommand } from '../commands/command-runner.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { Conmon, ConmonCreate, ConmonCreated, ConmonExit, ConmonWatch } from './conmon.ts';
import { parseSyncMessage } from './sync-message.ts';

/** conmon writes an exit under a temporary name (the id, a dot, six characters) first; an id therefore has no dot. */
const idPattern = /^[A-Za-z0-9_-]+$/;

/** Descriptors of the pipes handed to conmon, in the order of `extra`. */
const syncDescriptor = 3;
const startDescriptor = 4;

export interface LinuxConmonOptions {
  /** Name or path of the program. */
  readonly program: string;
  /** Absolute path of runc: conmon does not search PATH. */
  readonly runc: string;
  readonly runcRoot: string;
}

/** conmon 2.1, in its API version 1. */
export class LinuxConmon implements Conmon {
  readonly #commands: CommandRunner;
  readonly #options: LinuxConmonOptions;

  constructor(ports: { readonly commands: CommandRunner }, options: LinuxConmonOptions) {
    this.#commands = ports.commands;
    this.#options = options;
  }

  async create(container: ConmonCreate): Promise<ConmonCreated> {
    if (!idPattern.test(container.id))
      throw new TypeError(`${JSON.stringify(container.id)} is no container id`);
    if (container.logPath.includes(':'))
      throw new TypeError(`conmon cannot log to ${container.logPath}: it has a colon`);
    await mkdir(container.exitDir, { recursive: true, mode: 0o700 });
    const argv = this.#argv(container);
    const command = await this.#commands.start(argv, {
      stderr: 'pipe',
      extra: ['pipe', 'pipe'],
      env: {
        ...container.env,
        _OCI_SYNCPIPE: String(syncDescriptor),
        _OCI_STARTPIPE: String(startDescriptor),
      },
      cwd: container.bundle,
      // a terminal's or service manager's signal to this process's group must not reach the VE
      detached: true,
    });
    const [sync, start] = command.extra;
    if (sync === null || sync === undefined || start === null || start === undefined) {
      throw new TypeError('conmon was started without its pipes');
    }
    try {
      await container.beforeStart?.(command.pid);
      // conmon waits for this byte; when we die first, it reads an end and goes on all the same
      start.on('error', () => undefined).end('\n');
      const said = command.stderr === null ? Promise.resolve('') : text(command.stderr);
      const message = parseSyncMessage(await firstLine(sync, container.signal));
      if (message.pid === null) throw await refusal(command, message.problem, said);
      const conmonPid = Number((await readFile(container.conmonPidFile, 'utf8')).trim());
      return { pid: message.pid, conmonPid };
    } finally {
      // conmon keeps its end for as long as the VE runs
      sync.destroy();
      start.destroy();
      command.stderr?.destroy();
    }
  }

  async readExit(exitDir: string, id: string): Promise<ConmonExit | null> {
    const path = join(exitDir, id);
    try {
      const [content, facts] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
      const status = Number.parseInt(content, 10);
      return Number.isNaN(status) ? null : { id, status, exitedAtMs: facts.mtimeMs };
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return null;
      throw error;
    }
  }

  async removeExit(exitDir: string, id: string): Promise<void> {
    await rm(join(exitDir, id), { force: true });
  }

  async watchExits(exitDir: string, listener: (exit: ConmonExit) => void): Promise<ConmonWatch> {
    await mkdir(exitDir, { recursive: true, mode: 0o700 });
    // a rename tells of a name more than once; the same exit is told only once
    const told = new Map<string, number>();
    const look = async (id: string): Promise<void> => {
      if (!idPattern.test(id)) return;
      const exit = await this.readExit(exitDir, id);
      if (exit === null) told.delete(id);
      else if (told.get(id) !== exit.exitedAtMs) {
        told.set(id, exit.exitedAtMs);
        listener(exit);
      }
    };
    const watcher = watch(exitDir, { persistent: false }, (_kind, name) => {
      if (name !== null) void look(name);
    });
    watcher.on('error', () => watcher.close());
    for (const name of await readdir(exitDir)) await look(name);
    return { close: () => watcher.close() };
  }

  #argv(container: ConmonCreate): readonly string[] {
    const { program, runc, runcRoot } = this.#options;
    return [
      program,
      ...['--api-version', '1'],
      ...['--cid', container.id],
      ...['--cuuid', container.id],
      ...['--name', container.id],
      ...['--runtime', runc],
      ...['--runtime-arg', '--root', '--runtime-arg', runcRoot],
      ...['--bundle', container.bundle],
      ...['--container-pidfile', container.pidFile],
      ...['--conmon-pidfile', container.conmonPidFile],
      ...['--exit-dir', container.exitDir],
      ...['--log-path', `k8s-file:${container.logPath}`],
      ...['--log-size-max', String(container.logBytes)],
      // sockets in the bundle itself, not behind a link in a directory of all containers
      '--full-attach',
      '--terminal',
    ];
  }
}

/** The first line, or all there is when the stream ends without one. */
const firstLine = async (stream: Readable, signal: AbortSignal | undefined): Promise<string> =>
  await new Promise<string>((resolve, reject) => {
    let received = '';
    const abort = (): void => reject(signal?.reason);
    const settle = (): void => {
      signal?.removeEventListener('abort', abort);
      resolve(received.split('\n')[0] ?? '');
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      received += chunk;
      if (received.includes('\n')) settle();
    });
    stream.once('end', settle);
    stream.once('error', settle);
  });

/** What runc said comes through the pipe; what conmon itself had to say, on its stderr. */
const refusal = async (
  command: RunningCommand,
  problem: string | null,
  said: Promise<string>,
): Promise<CommandFailed> => {
  const exit = await command.exited;
  return new CommandFailed({
    argv: command.argv,
    // the process that forks the lasting one off ends well whatever becomes of the container
    exitCode: exit.exitCode === 0 ? null : exit.exitCode,
    signal: exit.signal,
    stdout: '',
    stderr: problem ?? (await said),
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });
};
