import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { patient } from './patience.ts';

export interface ProgramOptions {
  readonly input?: string | Uint8Array | Readable;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Milliseconds after which it is killed; a test that hangs says nothing. */
  readonly timeout?: number;
}

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
  /** Exit code; 128 + signal when a signal ended it. */
  readonly code: number;
}

/** A program that was started; its output is gathered meanwhile. */
export interface StartedProgram {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<ProgramResult>;
  /** What it printed so far. */
  output(): { readonly stdout: string; readonly stderr: string };
}

/** Starts a program with piped streams. Without input, its standard input is empty. */
export function startProgram(argv: readonly string[], options: ProgramOptions = {}): StartedProgram {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const chunks: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  child.stdout.on('data', (bytes: Buffer) => chunks.stdout.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => chunks.stderr.push(bytes));
  // who ends without reading its input is not our concern
  child.stdin.on('error', () => undefined);
  if (typeof options.input === 'object' && 'pipe' in options.input) options.input.pipe(child.stdin);
  else if (options.input !== undefined) child.stdin.end(options.input);
  else child.stdin.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), patient(options.timeout ?? 120_000));
  const ended = (async (): Promise<ProgramResult> => {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(timer);
    const stdoutBytes = Buffer.concat(chunks.stdout);
    return {
      stdout: stdoutBytes.toString(),
      stderr: Buffer.concat(chunks.stderr).toString(),
      stdoutBytes,
      code: code ?? 128 + constants.signals[signal ?? 'SIGTERM'],
    };
  })();
  return {
    child,
    pid: child.pid ?? 0,
    ended,
    output: () => ({
      stdout: Buffer.concat(chunks.stdout).toString(),
      stderr: Buffer.concat(chunks.stderr).toString(),
    }),
  };
}

/** Runs a program to its end, whatever its exit code. */
export async function attempt(argv: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return await startProgram(argv, options).ended;
}

/** Runs a program to its end and answers its output. @throws Error with its error output when it fails */
export async function run(argv: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, options);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
