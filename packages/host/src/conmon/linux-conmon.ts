import { readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandExit, CommandRunner, RunningCommand } from '../commands/command-runner.ts';
import { criuErrors } from '../criu/criu-log.ts';
import { criuOptions } from '../criu/criu-options.ts';
import { textIfThere } from '../files/text-if-there.ts';
import type { Processes } from '../processes/processes.ts';
import { unixPathLimit } from '../syscalls/socket-calls.ts';
import type {
  Conmon,
  ConmonCreate,
  ConmonCreated,
  ConmonExit,
  ConmonRestore,
  ConmonWatch,
} from './conmon.ts';
import { idPattern, readExit, watchExits } from './conmon-exits.ts';
import { parseSyncMessage, type SyncMessage } from './sync-message.ts';

/** Descriptors of the pipes handed to conmon, in the order of `extra`. */
const syncDescriptor = 3;
const startDescriptor = 4;

const pollMs = 1;

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
  readonly #processes: Processes;
  readonly #options: LinuxConmonOptions;

  constructor(
    ports: { readonly commands: CommandRunner; readonly processes: Processes },
    options: LinuxConmonOptions,
  ) {
    this.#commands = ports.commands;
    this.#processes = ports.processes;
    this.#options = options;
  }

  async create(container: ConmonCreate): Promise<ConmonCreated> {
    const { argv, command, syncPath, errorPath } = await this.#launch(container, this.#argv(container));
    const message = await this.#untilCreated(command, container, syncPath);
    if (message.pid === null) {
      throw refusal(argv, await command.exited, message.problem ?? (await readFile(errorPath, 'utf8')));
    }
    return { pid: message.pid, conmonPid: (await readPid(container.conmonPidFile)) ?? 0 };
  }

  async restore(container: ConmonRestore): Promise<{ readonly conmonPid: number }> {
    // runc writes CRIU's log below the bundle; the one of an earlier try would be taken for this one's
    await rm(join(container.bundle, 'restore.log'), { force: true });
    const { argv, command, errorPath } = await this.#launch(container, [
      ...this.#argv(container),
      ...['--restore', container.images],
      ...criuOptions.flatMap((option) => ['--runtime-opt', option]),
    ]);
    const exit = await command.exited;
    const conmonPid = await readPid(container.conmonPidFile);
    if (exit.exitCode !== 0 || conmonPid === null)
      throw refusal(argv, exit, await readFile(errorPath, 'utf8'));
    return { conmonPid };
  }

  async restored({
    bundle,
    conmonPidFile,
    signal,
  }: Pick<ConmonRestore, 'bundle' | 'conmonPidFile'> & {
    readonly signal?: AbortSignal;
  }): Promise<ConmonCreated> {
    const conmonPid = await readPid(conmonPidFile);
    const message = await this.#untilSaid(conmonPid, join(bundle, 'conmon.sync'), signal);
    if (message.pid === null) {
      const problem =
        (await criuErrors(join(bundle, 'restore.log'))) ??
        message.problem ??
        // runc's words are in conmon's; what is there besides them says why conmon could not pass them on
        ((await textIfThere(join(bundle, 'conmon.err'))).trim() || 'the restore ended without a word');
      throw refusal(['runc', 'restore', bundle], { exitCode: null, signal: null }, problem);
    }
    return { pid: message.pid, conmonPid: conmonPid ?? 0 };
  }

  async #launch(
    container: ConmonCreate,
    argv: readonly string[],
  ): Promise<{
    readonly argv: readonly string[];
    readonly command: RunningCommand;
    readonly syncPath: string;
    readonly errorPath: string;
  }> {
    if (!idPattern.test(container.id))
      throw new TypeError(`${JSON.stringify(container.id)} is no container id`);
    if (container.logPath.includes(':')) {
      throw new TypeError(`conmon cannot log to ${container.logPath}: it has a colon`);
    }
    await mkdir(container.exitDir, { recursive: true, mode: 0o700 });
    // files, not pipes: conmon gives up, and the container with it, when it cannot say that the container is there
    const syncPath = join(container.bundle, 'conmon.sync');
    const errorPath = join(container.bundle, 'conmon.err');
    await rm(container.conmonPidFile, { force: true });
    const command = await this.#start(argv, container, await open(syncPath, 'w'), await open(errorPath, 'w'));
    return { argv, command, syncPath, errorPath };
  }

  async readExit(exitDir: string, id: string): Promise<ConmonExit | null> {
    return await readExit(exitDir, id);
  }

  async removeExit(exitDir: string, id: string): Promise<void> {
    await rm(join(exitDir, id), { force: true });
  }

  async watchExits(exitDir: string, listener: (exit: ConmonExit) => void): Promise<ConmonWatch> {
    return await watchExits(exitDir, listener);
  }

  async #start(
    argv: readonly string[],
    container: ConmonCreate,
    sync: FileHandle,
    error: FileHandle,
  ): Promise<RunningCommand> {
    try {
      const command = await this.#commands.start(argv, {
        stderr: error.fd,
        extra: [sync.fd, 'pipe'],
        env: {
          ...container.env,
          ...temporaryDirectory(container.bundle),
          _OCI_SYNCPIPE: String(syncDescriptor),
          _OCI_STARTPIPE: String(startDescriptor),
        },
        cwd: container.bundle,
        // a terminal's or service manager's signal to this process's group must not reach the VE
        detached: true,
      });
      const startPipe = command.extra[1];
      startPipe?.on('error', () => undefined);
      try {
        await container.beforeStart?.(command.pid);
      } catch (failure) {
        command.kill();
        throw failure;
      } finally {
        // conmon waits for this byte; when we die first, it reads an end and goes on all the same
        startPipe?.end('\n');
      }
      return command;
    } finally {
      await sync.close();
      await error.close();
    }
  }

  /** Waits for what conmon has to say of the container, or for its end without a word. */
  async #untilCreated(
    command: RunningCommand,
    container: ConmonCreate,
    syncPath: string,
  ): Promise<SyncMessage> {
    const { exitCode } = await command.exited;
    if (exitCode !== 0) return { pid: null, problem: null };
    return await this.#untilSaid(await readPid(container.conmonPidFile), syncPath, container.signal);
  }

  async #untilSaid(
    conmonPid: number | null,
    syncPath: string,
    signal: AbortSignal | undefined,
  ): Promise<SyncMessage> {
    const conmon = conmonPid === null ? null : await this.#processes.identify(conmonPid);
    for (;;) {
      signal?.throwIfAborted();
      const isAlive = conmon !== null && (await this.#processes.isAlive(conmon));
      const said = readFileSync(syncPath, 'utf8');
      if (said.includes('\n') || !isAlive) return parseSyncMessage(said.split('\n')[0] ?? '');
      // a container takes some 50 ms, so that setting up a watch would cost as much as it saves
      await sleep(pollMs);
    }
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

/**
 * conmon receives the terminal from runc through a socket in the temporary directory, and leaves that behind when runc fails: the
 * bundle is a better place than /tmp, if the socket's address can hold its path.
 */
const temporaryDirectory = (bundle: string): Readonly<Record<string, string>> => {
  const longest = Buffer.byteLength(join(bundle, 'conmon-term.XXXXXX'));
  return longest > unixPathLimit ? {} : { TMPDIR: bundle };
};

const readPid = async (path: string): Promise<number | null> => {
  const pid = Number((await textIfThere(path)).trim());
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
};

const refusal = (argv: readonly string[], exit: CommandExit, stderr: string): CommandFailed =>
  new CommandFailed({
    argv,
    // the process that forks the lasting one off ends well whatever becomes of the container
    exitCode: exit.exitCode === 0 ? null : exit.exitCode,
    signal: exit.signal,
    stdout: '',
    stderr,
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });
