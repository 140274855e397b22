import type { Command } from '@insula/contract';
import { CommanderError } from 'commander';
import { commonOptions } from '../commands/table.ts';
import { UsageError } from '../errors/usage-error.ts';
import { usageOf } from './commander-errors.ts';
import { ParsedOptions } from './parsed-options.ts';
import { ProgramTree, type Words } from './program-tree.ts';
import { shieldCommand } from './shield-command.ts';
import { verbOf } from './verb.ts';

export interface ParsedCommand {
  readonly kind: 'run';
  readonly command: Command;
  /** Values by field of the positional; one positional may have several. */
  readonly positionals: Readonly<Record<string, readonly string[]>>;
  readonly options: ParsedOptions;
}

/** A command line, or the text that it asked to be shown. */
export type Parsed = ParsedCommand | { readonly kind: 'show'; readonly text: string };

interface Display {
  /** Columns of the terminal, for help texts. */
  readonly columns?: number | undefined;
}

/**
 * Reads a command line.
 * @throws UsageError for unknown verbs and options (with the nearest known one), and missing or surplus arguments
 * @throws CodedError invalid_input or invalid_parameter for values that do not fit their option
 */
export function parseCommandLine(argv: readonly string[], { columns }: Display = {}): Parsed {
  const texts = new Map<string, readonly string[]>();
  let found: { readonly command: Command; readonly words: Words } | undefined;
  const verb = verbOf(argv);
  const tree = new ProgramTree({
    verb,
    columns,
    onText: ({ flag }, text) => texts.set(flag, [...(texts.get(flag) ?? []), text]),
    onCommand: (command, words) => {
      found = { command, words };
    },
  });
  try {
    tree.parse(shieldCommand(argv));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'show', text: tree.written };
    if (error.code === 'commander.help') return { kind: 'show', text: tree.helpOf(verb) ?? '' };
    throw usageOf(error, argv);
  }
  if (!found) return { kind: 'show', text: tree.helpOf('') ?? '' };
  return finish(found.command, found.words, texts);
}

/** The help text of a command or group, undefined when there is none of that name. */
export function helpOf(name: string, { columns }: Display = {}): string | undefined {
  return new ProgramTree({ verb: name, columns, onText: () => undefined, onCommand: () => undefined }).helpOf(
    name,
  );
}

function finish(
  command: Command,
  words: Words,
  texts: ReadonlyMap<string, readonly string[]>,
): ParsedCommand {
  const missing = command.options.find(({ flag, required }) => required && !texts.has(flag));
  if (missing) throw new UsageError(`--${missing.flag} is missing`, missing.description);
  const options = ParsedOptions.read([...commonOptions, ...command.options], texts);
  const positionals = command.positionals.map(({ field, several, optional }, index) => {
    const word = words[index] ?? [];
    if (word.length === 0 && !several && !optional)
      throw new UsageError(
        `${command.verb.join(' ')}: ${field} is missing`,
        `insula ${command.verb.join(' ')} --help`,
      );
    return [field, typeof word === 'string' ? [word] : word] as const;
  });
  return { kind: 'run', command, positionals: Object.fromEntries(positionals), options };
}
