import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { ExecaError, execa } from 'execa';
import { CommandFailed } from './command-failed.ts';
import type {
  CommandExit,
  CommandOptions,
  CommandOutput,
  CommandRunner,
  RunningCommand,
  StartOptions,
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

const splitArgv = (argv: readonly string[]): { readonly file: string; readonly args: readonly string[] } => {
  const [file, ...args] = argv;
  if (file === undefined || file === '') throw new TypeError('a command needs at least a program name');
  return { file, args };
};

const failed = (argv: readonly string[], error: unknown): unknown => {
  if (!(error instanceof ExecaError)) return error;
  return new CommandFailed(
    {
      argv,
      exitCode: error.exitCode ?? null,
      signal: error.signal ?? null,
      stdout: typeof error.stdout === 'string' ? error.stdout : '',
      stderr: typeof error.stderr === 'string' ? error.stderr : '',
      timedOut: error.timedOut,
      isCanceled: error.isCanceled,
      isMaxOutput: error.isMaxBuffer,
      isNotFound: error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR',
    },
    { cause: error.cause ?? error },
  );
};

const notStarted = (argv: readonly string[], cause: unknown): CommandFailed =>
  new CommandFailed(
    {
      argv,
      exitCode: null,
      signal: null,
      stdout: '',
      stderr: '',
      timedOut: false,
      isCanceled: cause instanceof Error && cause.name === 'AbortError',
      isMaxOutput: false,
      isNotFound: true,
    },
    { cause },
  );

/** Runs programs with execa; long ones, whose streams the caller drives, with node:child_process. */
export class LinuxCommandRunner implements CommandRunner {
  readonly #environment: Readonly<Record<string, string>>;

  constructor(options: LinuxCommandRunnerOptions = {}) {
    const path = [...(options.pathPrefix ?? []), minimalEnvironment['PATH']].join(':');
    this.#environment = { ...minimalEnvironment, PATH: path };
  }

  async run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    const { file, args } = splitArgv(argv);
    try {
      const { stdout, stderr } = await execa(file, args, {
        env: { ...this.#environment, ...options.env },
        extendEnv: false,
        // without input the command must not read what this process was started with
        ...(options.stdin === undefined ? { stdin: 'ignore' as const } : { input: options.stdin }),
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
        ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
        maxBuffer: options.maxOutputBytes ?? defaultMaxOutputBytes,
        forceKillAfterDelay: forceKillAfterMs,
        stripFinalNewline: false,
        // a command that changes the host ends by itself when this process exits: half a change is worse
        cleanup: false,
      });
      return { stdout, stderr };
    } catch (error) {
      throw failed(argv, error);
    }
  }

  async start(argv: readonly string[], options: StartOptions = {}): Promise<RunningCommand> {
    const { file, args } = splitArgv(argv);
    if (options.signal?.aborted === true) throw notStarted(argv, options.signal.reason);
    const child = spawn(file, args, {
      env: { ...this.#environment, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      detached: options.detached ?? false,
      stdio: [
        options.stdin ?? 'ignore',
        options.stdout ?? 'ignore',
        options.stderr ?? 'ignore',
        ...(options.extra ?? []),
      ],
    });

    const exited = new Promise<CommandExit>((resolve) => {
      child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(notStarted(argv, error)));
    });
    // a failed kill is reported here too; `exited` tells how it ended
    child.on('error', () => undefined);

    const kill = (): void => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), forceKillAfterMs);
      timer.unref();
      child.once('exit', () => clearTimeout(timer));
    };
    options.signal?.addEventListener('abort', kill, { once: true });
    void exited.then(() => options.signal?.removeEventListener('abort', kill));

    return {
      argv,
      pid: child.pid ?? 0,
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      extra: child.stdio.slice(3).map((stream) => stream as Duplex | null),
      exited,
      kill,
    };
  }
}
