import type { Command, CommandOption, CommandPositional } from '@insula/contract';
import { commands, commonOptions } from '../commands/table.ts';

/** What may stand at the place of the cursor. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | {
      readonly kind: 'names';
      readonly of: 've' | 'template' | 'operation';
      readonly suffix: string;
      readonly files: boolean;
    }
  | { readonly kind: 'columns'; readonly command: Command; readonly before: string }
  | { readonly kind: 'files' }
  | { readonly kind: 'nothing' };

export interface Candidate {
  readonly word: string;
  readonly text: string;
}

/** What fits after the words so far, the last of which is being typed. Words begin after `insula`. */
export function candidates(words: readonly string[]): Wanted {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const place = placeOf(before);
  if (place.kind === 'option') return valuesOf(place.option, place.command, typed);
  if (place.kind === 'own') return { kind: 'files' };
  const equals = /^--([a-z-]+)=(.*)$/s.exec(typed);
  if (equals) {
    const option = optionsOf(place.command).find(({ flag, aliases }) =>
      [flag, ...aliases].includes(equals[1] ?? ''),
    );
    return option ? valuesOf(option, place.command, equals[2] ?? '') : { kind: 'nothing' };
  }
  if (typed.startsWith('-')) return { kind: 'words', words: optionWords(place.command) };
  if (!place.command) return { kind: 'words', words: verbWords(place.verb) };
  return positionalValues(place.command, place.position, before);
}

type Place =
  | { readonly kind: 'option'; readonly option: CommandOption; readonly command: Command | undefined }
  | {
      readonly kind: 'word';
      readonly command: Command | undefined;
      readonly verb: readonly string[];
      readonly position: number;
    }
  | { readonly kind: 'own' };

/** Where the cursor is: after an option that wants a value, at a positional, or inside a command for a VE. */
function placeOf(before: readonly string[]): Place {
  let verb: readonly string[] = [];
  let command: Command | undefined;
  let position = 0;
  let dashes = false;
  for (let index = 0; index < before.length; index += 1) {
    const word = before[index] ?? '';
    if (word === '--') dashes = true;
    else if (word.startsWith('-') && !dashes) {
      const option = optionsOf(command).find((candidate) => isFlagOf(word, candidate));
      if (!option || option.kind === 'boolean') continue;
      index += 1;
      if (index >= before.length) return { kind: 'option', option, command };
    } else if (!command) {
      verb = [...verb, word];
      command = commands.find((candidate) => candidate.verb.join(' ') === verb.join(' '));
    } else {
      position += 1;
    }
    if (command && (dashes || position > 0) && isInside(command, position)) return { kind: 'own' };
  }
  return { kind: 'word', command, verb, position };
}

function isInside(command: Command, position: number): boolean {
  const index = Math.min(position, command.positionals.length - 1);
  return position > 1 && command.positionals[index]?.completes === 'command';
}

function isFlagOf(word: string, { flag, aliases, short }: CommandOption): boolean {
  return word === `--${flag}` || word === `-${short}` || aliases.some((alias) => word === `--${alias}`);
}

function optionsOf(command: Command | undefined): readonly CommandOption[] {
  return [...(command?.options ?? []), ...commonOptions];
}

function optionWords(command: Command | undefined): readonly Candidate[] {
  const words = optionsOf(command).flatMap(({ flag, aliases, negatable, description }) => [
    ...[flag, ...aliases].map((name) => ({ word: `--${name}`, text: description })),
    ...(negatable ? [{ word: `--no-${flag}`, text: description }] : []),
  ]);
  return [...words, { word: '--help', text: 'Show help' }];
}

/** First words of commands, or second ones below a group; a group is told with what is in it. */
function verbWords(verb: readonly string[]): readonly Candidate[] {
  const below = commands.filter((command) => verb.every((word, index) => command.verb[index] === word));
  const names = new Set(below.flatMap((command) => command.verb[verb.length] ?? []));
  return [...names].map((word) => {
    const found = below.filter((command) => command.verb[verb.length] === word);
    const text =
      found.length === 1 && found[0]
        ? found[0].title
        : found.map((command) => command.verb.at(-1)).join(', ');
    return { word, text };
  });
}

function valuesOf(option: CommandOption, command: Command | undefined, typed: string): Wanted {
  const comma = typed.lastIndexOf(',');
  const before = option.kind === 'list' ? typed.slice(0, comma + 1) : '';
  if (option.values)
    return { kind: 'words', words: option.values.map((value) => ({ word: before + value, text: '' })) };
  if (option.completes) return { kind: 'names', of: option.completes, suffix: '', files: false };
  if (command && (option.flag === 'output' || option.flag === 'sort'))
    return { kind: 'columns', command, before };
  return option.flag === 'socket' || option.file === true ? { kind: 'files' } : { kind: 'nothing' };
}

function positionalValues(command: Command, position: number, before: readonly string[]): Wanted {
  const last = command.positionals.at(-1);
  const positional: CommandPositional | undefined =
    command.positionals[position] ?? (last?.several ? last : undefined);
  if (!positional) return { kind: 'nothing' };
  if (command.verb[0] === 'help') return { kind: 'words', words: helpWords(positional, before) };
  if (positional.values)
    return { kind: 'words', words: positional.values.map((value) => ({ word: value, text: '' })) };
  switch (positional.completes) {
    case 've':
    case 'template':
    case 'operation':
      return { kind: 'names', of: positional.completes, suffix: '', files: false };
    case 'path':
      return { kind: 'names', of: 've', suffix: ':', files: true };
    case 'file':
    case 'command':
      return { kind: 'files' };
    default:
      return { kind: 'nothing' };
  }
}

/** `help` takes topics, and the words of any command. */
function helpWords(positional: CommandPositional, before: readonly string[]): readonly Candidate[] {
  const verb = before.slice(before.indexOf('help') + 1);
  const topics =
    verb.length === 0 ? (positional.values ?? []).map((value) => ({ word: value, text: 'a topic' })) : [];
  return [...verbWords(verb), ...topics];
}
