import { accessSync, constants } from 'node:fs';
import type { Duplex } from 'node:stream';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { type Child, startChild } from './child.ts';
import { CollectedOutput } from './collected-output.ts';
import { CommandFailed, type CommandFailure } from './command-failed.ts';
import type {
  CommandOptions,
  CommandOutput,
  CommandRunner,
  RunningCommand,
  StartOptions,
  StreamDisposition,
} from './command-runner.ts';

/** Between SIGTERM and SIGKILL. */
const forceKillAfterMs = 3_000;

const defaultMaxOutputBytes = 16 * 1024 * 1024;

const minimalEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  HOME: '/root',
};

export interface LinuxCommandRunnerOptions {
  /** Directories searched before the system's own, for tools in a private prefix. */
  readonly pathPrefix?: readonly string[];
}

/** Runs programs by posix_spawn; see `spawnProcess` for why not by node:child_process. */
export class LinuxCommandRunner implements CommandRunner {
  readonly #environment: Readonly<Record<string, string>>;

  constructor(options: LinuxCommandRunnerOptions = {}) {
    const path = [...(options.pathPrefix ?? []), minimalEnvironment['PATH']].join(':');
    this.#environment = { ...minimalEnvironment, PATH: path };
  }

  async run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    if (options.signal?.aborted === true) throw failure(argv, { isCanceled: true }, options.signal.reason);
    const child = this.#start(argv, options, [
      options.stdin === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
    ]);
    const end = ending(child);
    const ended: { -readonly [Reason in 'isCanceled' | 'timedOut' | 'isMaxOutput']?: boolean } = {};
    const endBecause = (reason: keyof typeof ended) => {
      ended[reason] = true;
      end();
    };
    const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
    const collect = (stream: Duplex | null | undefined) =>
      new CollectedOutput(stream, limit, () => endBecause('isMaxOutput'));
    const [stdin, stdout, stderr] = [child.streams[0], collect(child.streams[1]), collect(child.streams[2])];
    // a command that does not read its input breaks the pipe; that is its own affair
    stdin?.on('error', () => undefined).end(options.stdin ?? '');
    const onAbort = () => endBecause('isCanceled');
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const timer =
      options.timeoutMs === undefined ? undefined : setTimeout(endBecause, options.timeoutMs, 'timedOut');
    const { exitCode, signal } = await child.exited;
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    const output = { stdout: stdout.text(), stderr: stderr.text() };
    if (exitCode === 0 && Object.keys(ended).length === 0) return output;
    throw failure(argv, { exitCode, signal, ...output, ...ended }, options.signal?.reason);
  }

  async start(argv: readonly string[], options: StartOptions = {}): Promise<RunningCommand> {
    if (options.signal?.aborted === true) throw failure(argv, { isCanceled: true }, options.signal.reason);
    const { stdin = 'ignore', stdout = 'ignore', stderr = 'ignore', extra = [] } = options;
    const child = this.#start(argv, options, [stdin, stdout, stderr, ...extra]);
    const kill = ending(child);
    options.signal?.addEventListener('abort', kill, { once: true });
    void child.exited.then(() => options.signal?.removeEventListener('abort', kill));
    const [input, output, errors, ...others] = child.streams;
    return {
      argv,
      pid: child.pid,
      stdin: input ?? null,
      stdout: output ?? null,
      stderr: errors ?? null,
      extra: others,
      exited: child.exited,
      kill,
    };
  }

  #start(
    argv: readonly string[],
    options: Pick<StartOptions, 'env' | 'cwd' | 'detached'>,
    streams: readonly StreamDisposition[],
  ): Child {
    const env = { ...this.#environment, ...options.env };
    const [name] = argv;
    if (name === undefined || name === '') throw new TypeError('a command needs at least a program name');
    const program = findProgram(name, env['PATH'] ?? '');
    if (program === null) throw failure(argv, { isNotFound: true });
    try {
      return startChild({
        program,
        argv,
        env,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        streams,
        newSession: options.detached ?? false,
      });
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'EACCES', 'ENOTDIR', 'ENOEXEC')) throw error;
      throw failure(argv, { isNotFound: true }, error);
    }
  }
}

/** The first executable file of that name in the search path. */
const findProgram = (name: string, path: string): string | null => {
  if (name.includes('/')) return name;
  for (const dir of path.split(':')) {
    const candidate = `${dir}/${name}`;
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not here
    }
  }
  return null;
};

/** Ends a child: SIGTERM now, SIGKILL a little later. */
const ending = (child: Child): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  void child.exited.then(() => clearTimeout(timer));
  return () => {
    if (timer !== undefined) return;
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), forceKillAfterMs).unref();
  };
};

const failure = (argv: readonly string[], facts: Partial<CommandFailure>, cause?: unknown): CommandFailed =>
  new CommandFailed(
    {
      argv,
      exitCode: null,
      signal: null,
      stdout: '',
      stderr: '',
      timedOut: false,
      isCanceled: false,
      isMaxOutput: false,
      isNotFound: false,
      ...facts,
    },
    cause === undefined ? {} : { cause },
  );
