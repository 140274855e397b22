import { PassThrough } from 'node:stream';
import { CommandFailed } from './command-failed.ts';
import type {
  CommandOptions,
  CommandOutput,
  CommandRunner,
  RunningCommand,
  StartOptions,
} from './command-runner.ts';

/** What a recorded command was called with. */
export interface RecordedCommand {
  readonly argv: readonly string[];
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | null;
}

/** What a scripted command says; a non-zero exit code makes it fail. */
export interface ScriptedAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

interface Script {
  readonly matches: (argv: readonly string[]) => boolean;
  readonly answer: (command: RecordedCommand) => ScriptedAnswer;
}

/**
 * Runs nothing: records every command and answers from a script. Commands without a script succeed with empty output.
 *
 *     const commands = new RecordingCommandRunner();
 *     commands.answer(['ip', '-j', 'link'], { stdout: '[]' });
 *     …
 *     expect(commands.argvs).toEqual([['ip', '-j', 'link', 'show']]);
 */
export class RecordingCommandRunner implements CommandRunner {
  readonly commands: RecordedCommand[] = [];
  readonly #scripts: Script[] = [];

  get argvs(): readonly (readonly string[])[] {
    return this.commands.map((command) => command.argv);
  }

  /** Scripts every command whose argv begins with these words; the newest script wins. */
  answer(
    prefix: readonly string[],
    answer: ScriptedAnswer | ((command: RecordedCommand) => ScriptedAnswer),
  ): void {
    this.#scripts.unshift({
      matches: (argv) => prefix.every((word, index) => argv[index] === word),
      answer: typeof answer === 'function' ? answer : () => answer,
    });
  }

  async run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    options.signal?.throwIfAborted();
    const answer = this.#record(argv, options, options.stdin);
    if ((answer.exitCode ?? 0) !== 0) throw failure(argv, answer);
    return { stdout: answer.stdout ?? '', stderr: answer.stderr ?? '' };
  }

  async start(argv: readonly string[], options: StartOptions = {}): Promise<RunningCommand> {
    options.signal?.throwIfAborted();
    const answer = this.#record(argv, options);
    const output = (text: string | undefined): PassThrough => new PassThrough().end(text ?? '');
    return {
      argv,
      pid: 1_000_000 + this.commands.length,
      stdin: options.stdin === 'pipe' ? new PassThrough().resume() : null,
      stdout: options.stdout === 'pipe' ? output(answer.stdout) : null,
      stderr: options.stderr === 'pipe' ? output(answer.stderr) : null,
      extra: (options.extra ?? []).map((disposition) => (disposition === 'pipe' ? output('') : null)),
      exited: Promise.resolve({ exitCode: answer.exitCode ?? 0, signal: null }),
      kill: () => undefined,
    };
  }

  #record(
    argv: readonly string[],
    options: Pick<CommandOptions, 'env' | 'cwd'>,
    stdin?: string | Uint8Array,
  ): ScriptedAnswer {
    const command: RecordedCommand = {
      argv: [...argv],
      stdin: stdin === undefined ? null : Buffer.from(stdin).toString('utf8'),
      env: options.env ?? {},
      cwd: options.cwd ?? null,
    };
    this.commands.push(command);
    return this.#scripts.find((script) => script.matches(argv))?.answer(command) ?? {};
  }
}

const failure = (argv: readonly string[], answer: ScriptedAnswer): CommandFailed =>
  new CommandFailed({
    argv,
    exitCode: answer.exitCode ?? 1,
    signal: null,
    stdout: answer.stdout ?? '',
    stderr: answer.stderr ?? '',
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });
