import type { Readable } from 'node:stream';
import { fault } from '@insula/contract';
import { CommandFailed, type CommandRunner } from '@insula/host';

export interface BuildTool {
  readonly commands: CommandRunner;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Every line of both streams, as it comes. */
  readonly line: (line: string) => void;
  /** For errors. */
  readonly template: string;
  readonly what: string;
}

/** Lines kept to explain a failure. */
const keptLines = 30;

/**
 * Runs a tool of a build to its end and hands over its output line by line.
 * @throws CodedError template_build_failed with the tool's last words; the reason of the signal when that was aborted
 */
export async function runBuildTool(tool: BuildTool): Promise<void> {
  const { argv, signal, template } = tool;
  signal.throwIfAborted();
  const tail: string[] = [];
  const take = (line: string): void => {
    tail.push(line);
    if (tail.length > keptLines) tail.shift();
    tool.line(line);
  };
  const running = await start(tool);
  await Promise.all([eachLine(running.stdout, take), eachLine(running.stderr, take)]);
  const { exitCode, signal: killedBy } = await running.exited;
  signal.throwIfAborted();
  if (exitCode === 0) return;
  const ended = killedBy === null ? `exited with ${exitCode ?? 'no status'}` : `was killed by ${killedBy}`;
  const problem = `${tool.what} ${ended}: ${explanation(tail)}`;
  throw fault(
    'template_build_failed',
    { template, problem },
    {
      cause: new CommandFailed({
        argv,
        exitCode,
        signal: killedBy,
        stdout: '',
        stderr: tail.join('\n'),
        timedOut: false,
        isCanceled: false,
        isMaxOutput: false,
        isNotFound: false,
      }),
    },
  );
}

async function start({ commands, argv, env, signal, template, what }: BuildTool) {
  try {
    return await commands.start(argv, { stdout: 'pipe', stderr: 'pipe', signal, ...(env && { env }) });
  } catch (error) {
    signal.throwIfAborted();
    const problem = `${what} cannot be started: ${error instanceof Error ? error.message : String(error)}`;
    throw fault('template_build_failed', { template, problem }, { cause: error });
  }
}

async function eachLine(stream: Readable | null, take: (line: string) => void): Promise<void> {
  if (stream === null) return;
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n|\r/);
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  if (rest !== '') take(rest);
}

/** The lines that name an error, else the last ones. */
function explanation(tail: readonly string[]): string {
  const named = tail.filter((line) => /^(?:E:|Err:|dpkg: error|.*: not found$)/.test(line));
  const lines = named.length > 0 ? named.slice(-4) : tail.filter((line) => line !== '').slice(-4);
  return lines.join('; ') || 'it said nothing';
}
