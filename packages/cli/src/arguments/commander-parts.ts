import type { Command, CommandOption } from '@insula/contract';
import { Option, type Command as Program } from 'commander';
import { indexOfSeveral } from './words.ts';

/** Adds an option with its aliases and its `--no-` form; `onText` gets every text that it is given. */
export function addOption(program: Program, option: CommandOption, onText: (text: string) => void): void {
  const value = option.kind === 'boolean' ? '' : ` <${option.placeholder}>`;
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const negation = option.negatable ? ` (--no-${option.flag}: not)` : '';
  add(`${short}--${option.flag}${value}`, explain(option) + negation);
  for (const alias of option.aliases) add(`--${alias}${value}`, `The same as --${option.flag}`);
  if (option.negatable) add(`--no-${option.flag}`, '', true);

  function add(flags: string, description: string, negative = false): void {
    const part = new Option(flags, description);
    // `--no-header` is an option of its own, not the negation of `--header`; commander needs no opinion on either
    part.hideHelp(negative && description === '');
    program.addOption(part);
    program.on(`option:${part.name()}`, (text: unknown) => {
      if (option.kind === 'boolean') onText(String(!negative));
      else onText(String(text));
    });
  }
}

/** The description of an option with its default and what else there is to know. */
export function explain(option: CommandOption): string {
  const remarks = [
    option.required ? 'required' : '',
    option.values && !option.placeholder.includes('|') ? option.values.join(', ') : '',
    option.default === undefined ? '' : `default: ${option.default}`,
  ].filter((remark) => remark !== '');
  return remarks.length === 0 ? option.description : `${option.description} (${remarks.join('; ')})`;
}

/** What the overview of all commands shows of one. */
export function addSummary(program: Program, command: Command): void {
  program.summary(command.title);
  const takesAll = command.options.some(({ flag }) => flag === 'all');
  const shown = command.positionals.map(({ field, several, optional }) => {
    const name = several ? `${field}...` : field;
    return optional || (takesAll && several) ? `[${name}]` : `<${name}>`;
  });
  if (indexOfSeveral(command) < 0) {
    for (const [index, { description }] of command.positionals.entries())
      program.argument(shown[index] ?? '', description);
    return;
  }
  // commander knows such a list only in the last place
  program.argument('<words...>').usage(`[options] ${shown.join(' ')}`);
}

/** Description and examples of a command. */
export function addHelp(program: Program, command: Command): void {
  program.description(`${command.title}.\n${command.description}`);
  if (command.examples.length === 0) return;
  const width = Math.max(...command.examples.map((example) => example.command.length));
  const lines = command.examples.map(({ command: line, text }) =>
    width > 60 ? `  # ${text}\n  ${line}` : `  ${line.padEnd(width)}   ${text}`,
  );
  program.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
