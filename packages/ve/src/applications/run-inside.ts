import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fault } from '@insula/contract';
import { prepareExec } from '../exec/prepare-exec.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';

export interface InsideCommand {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Begins what the command reads, once it runs: a stream that nobody reads yet may end before anybody does. Without it nothing. */
  readonly input?: () => Promise<Readable>;
  readonly signal: AbortSignal;
  /** Characters of one line that are told; default 2,000. */
  readonly longestLine?: number;
  /** Every line that it prints, as it comes. */
  readonly line?: (line: string) => void;
}

/** Lines kept to explain a failure. */
const keptLines = 8;

/** Characters of one line that are kept: a VE must not fill the node's memory. */
const maxLine = 2_000;

/**
 * Runs a command in a running VE to its end.
 * @returns its exit code and the last lines that it printed
 * @throws CodedError exec_failed; the reason of the signal
 */
export async function runInside(
  ports: VePorts,
  entry: VeEntry,
  { command, env = {}, input, signal, line, longestLine = maxLine }: InsideCommand,
): Promise<{ readonly code: number; readonly last: readonly string[] }> {
  signal.throwIfAborted();
  const exec = await prepareExec(ports, entry, { command: [...command], env: { ...env } }, randomUUID());
  const last: string[] = [];
  const take = (text: string): void => {
    if (text.trim() === '') return;
    last.push(text);
    if (last.length > keptLines) last.shift();
    line?.(text);
  };
  try {
    const running = await ports.commands.start(exec.argv, {
      stdin: input === undefined ? 'ignore' : 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      signal,
    });
    const fed = input === undefined || running.stdin === null ? null : pipeline(await input(), running.stdin);
    // a command that ends early leaves its input unread: its exit code tells
    await Promise.all([
      eachLine(running.stdout, longestLine, take),
      eachLine(running.stderr, longestLine, take),
      fed?.catch(() => undefined),
    ]);
    const { exitCode } = await running.exited;
    signal.throwIfAborted();
    if (exitCode === null) throw fault('exec_failed', { ve: entry.spec.name, problem: 'it was killed' });
    return { code: exitCode, last };
  } finally {
    await exec.cleanUp();
  }
}

async function eachLine(
  stream: Readable | null,
  longest: number,
  take: (line: string) => void,
): Promise<void> {
  if (stream === null) return;
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n|\r/);
    rest = (lines.pop() ?? '').slice(0, longest);
    for (const text of lines) take(text.slice(0, longest));
  }
  take(rest);
}
