import type { CommanderError } from 'commander';
import { commands, commonOptions, nameOf } from '../commands/table.ts';
import { UsageError } from '../errors/usage-error.ts';
import { nearest } from './nearest.ts';
import { verbOf } from './verb.ts';

/** What commander refused, in our words, with the nearest thing that there is. */
export function usageOf(error: CommanderError, argv: readonly string[]): UsageError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const verb = verbOf(argv);
  const help = `\`insula ${verb === '' ? '' : `${verb} `}--help\` shows how it is used`;
  switch (error.code) {
    case 'commander.unknownCommand':
      return new UsageError(`unknown command "${quoted}"`, didYouMean(quoted, verbsBelow(verb)) ?? help);
    case 'commander.unknownOption':
      return new UsageError(`unknown option ${quoted}`, didYouMean(quoted, optionsOf(verb)) ?? help);
    case 'commander.missingArgument':
      return new UsageError(`${verb}: ${quoted} is missing`, help);
    case 'commander.optionMissingArgument':
      return new UsageError(`option ${quoted.split(/[ ,]+/).at(-2) ?? quoted} needs a value`, help);
    case 'commander.excessArguments':
      return new UsageError(`${verb}: too many arguments`, help);
    default:
      return new UsageError(error.message.replace(/^error: /, ''), help);
  }
}

function verbsBelow(verb: string): readonly string[] {
  const depth = verb === '' ? 0 : verb.split(' ').length;
  const below = commands.filter((command) => verb === '' || nameOf(command).startsWith(`${verb} `));
  return [...new Set(below.map((command) => command.verb[depth] ?? ''))];
}

function optionsOf(verb: string): readonly string[] {
  const command = commands.find((candidate) => nameOf(candidate) === verb);
  return [...(command?.options ?? []), ...commonOptions].flatMap(({ flag, aliases, negatable, short }) => [
    `--${flag}`,
    ...aliases.map((alias) => `--${alias}`),
    ...(negatable ? [`--no-${flag}`] : []),
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
}

function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = nearest(word, candidates);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}
