import type { Duplex, Readable, Writable } from 'node:stream';

/** What a short command may be given. */
export interface CommandOptions {
  /** Bytes for standard input; without it the command reads an empty input. */
  readonly stdin?: string | Uint8Array;
  /** Variables added to the minimal environment (PATH, LANG=C.UTF-8, HOME=/root). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Output beyond this many bytes (per stream) ends the command. Default 16 MiB. */
  readonly maxOutputBytes?: number;
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** What becomes of one of a long command's standard streams; a number is a file descriptor of this process. */
export type StreamDisposition = 'pipe' | 'ignore' | number;

export interface StartOptions {
  readonly stdin?: StreamDisposition;
  readonly stdout?: StreamDisposition;
  readonly stderr?: StreamDisposition;
  /** Descriptors 3, 4, … of the command: file descriptors of this process, or 'pipe'. */
  readonly extra?: readonly StreamDisposition[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Own session and process group, so that signals to this process's group miss it. */
  readonly detached?: boolean;
}

/** How a process ended: exactly one of the two is set. */
export interface CommandExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A command whose streams the caller drives. Streams are null unless asked for as 'pipe'. */
export interface RunningCommand {
  readonly argv: readonly string[];
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Our ends of `extra` pipes (which go both ways), by position; null for the others. */
  readonly extra: readonly (Duplex | null)[];
  /** Settles when the process has ended and its output pipes are closed; never rejects. */
  readonly exited: Promise<CommandExit>;
  /** SIGTERM, then SIGKILL after a delay. */
  kill(): void;
}

/** Runs programs of the host: argv arrays only, never a shell string. */
export interface CommandRunner {
  /**
   * Runs a command to its end.
   * @throws CommandFailed when it cannot be started, exits other than 0, is killed, times out, is cancelled or says too much
   */
  run(argv: readonly string[], options?: CommandOptions): Promise<CommandOutput>;
  /**
   * Starts a command and hands over its streams.
   * @throws CommandFailed when it cannot be started
   */
  start(argv: readonly string[], options?: StartOptions): Promise<RunningCommand>;
}
