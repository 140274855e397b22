import type { Command, CommandOption } from '@insula/contract';
import { Command as Program } from 'commander';
import { commands, commonOptions, nameOf } from '../commands/table.ts';
import { version } from '../version.ts';
import { addHelp, addOption, addSummary } from './commander-parts.ts';
import { indexOfSeveral, shareWords } from './words.ts';

/** The positional words of a command: one is a list where it may come several times. */
export type Words = readonly (string | readonly string[] | undefined)[];

export interface ProgramTreeOptions {
  /** The command that gets its options and help; of the others only the names are needed, and all of it takes its time. */
  readonly verb: string;
  /** Columns of help texts. */
  readonly columns: number | undefined;
  readonly onText: (option: CommandOption, text: string) => void;
  readonly onCommand: (command: Command, words: Words) => void;
}

/** Commander's view of all commands. It parses and writes help; it prints nothing and ends no process. */
export class ProgramTree {
  readonly #root = new Program('insula');
  readonly #programs = new Map<string, Program>([['', this.#root]]);
  readonly #options: ProgramTreeOptions;
  readonly #written: string[] = [];

  constructor(options: ProgramTreeOptions) {
    this.#options = options;
    this.#root
      .description('Virtual environments on a stock Linux kernel')
      .version(version, '-V, --version', 'Show the version')
      .usage('[options] <command>')
      .addHelpText(
        'after',
        '\n`insula <command> --help` explains a command; `insula help exit-codes|parameters|filters` a topic.',
      );
    this.#prepare(this.#root);
    for (const option of commonOptions) this.#option(this.#root, option);
    for (const command of commands) this.#command(command);
  }

  /** @throws CommanderError when help or the version was asked for, or the command line is wrong */
  parse(argv: readonly string[]): void {
    this.#root.parse(argv, { from: 'user' });
  }

  /** What commander wanted to print. */
  get written(): string {
    return this.#written.join('');
  }

  /** The help text of a command or group, undefined when there is none of that name. */
  helpOf(name: string): string | undefined {
    const program = this.#programs.get(name);
    if (!program) return undefined;
    this.#written.length = 0;
    program.outputHelp();
    return this.written;
  }

  #command(command: Command): void {
    const [first = '', second] = command.verb;
    const parent = second === undefined ? this.#root : (this.#programs.get(first) ?? this.#group(first));
    const program = parent.command(second ?? first);
    this.#prepare(program);
    this.#programs.set(nameOf(command), program);
    addSummary(program, command);
    if (nameOf(command) !== this.#options.verb) return;
    addHelp(program, command);
    for (const option of [...command.options, ...commonOptions]) this.#option(program, option);
    program.action((...received: unknown[]) => {
      const words =
        indexOfSeveral(command) < 0
          ? received.slice(0, command.positionals.length)
          : shareWords(command, received[0] as readonly string[]);
      this.#options.onCommand(command, words as Words);
    });
  }

  #group(name: string): Program {
    const inside = commands.filter(({ verb }) => verb[0] === name).map(({ verb }) => verb.at(-1));
    const program = this.#root.command(name).summary(inside.join(', ')).usage('<command>');
    this.#prepare(program);
    this.#programs.set(name, program);
    return program;
  }

  #prepare(program: Program): void {
    program
      .enablePositionalOptions()
      .helpCommand(false)
      .helpOption('-h, --help', 'Show help')
      .exitOverride()
      .configureHelp({
        subcommandTerm: (below) =>
          [below.name(), below.usage().replace(/\[options\] ?/, '')].join(' ').trimEnd(),
      })
      .configureOutput({
        writeOut: (text) => this.#written.push(text),
        writeErr: () => undefined,
        getOutHelpWidth: () => this.#options.columns ?? 100,
        getOutHasColors: () => false,
      });
  }

  #option(program: Program, option: CommandOption): void {
    addOption(program, option, (text) => this.#options.onText(option, text));
  }
}
