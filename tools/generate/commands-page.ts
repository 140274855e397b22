import { commands, commonOptions, explain, nameOf } from '../../packages/cli/src/index.ts';
import type { Command, CommandOption } from '../../packages/contract/src/index.ts';
import { anchor, code, generatedNote, page, prose, table } from './markdown.ts';
import { optionForms, synopsis } from './option-text.ts';

/** docs/reference/commands.md */
export function commandsPage(): string {
  return page([
    '# Commands',
    generatedNote,
    'What `insula` can do. Exit codes are on [a page of their own](exit-codes.md); units of parameters, too ([parameters](parameters.md)).',
    table(
      ['Command', ''],
      commands.map((command) => [
        `[${code(nameOf(command))}](#${anchor(heading(command))})`,
        prose(command.title),
      ]),
    ),
    '## Options of every command',
    options(commonOptions),
    '## Filters',
    '`--filter` takes `key=value`, `key!=value` and `key~part` (a part, in upper or lower case), several of them with commas between them or one by one; all must pass. A key is a column, shown or not. A list passes when one of its items does.',
    ...commands.flatMap(section),
  ]);
}

const heading = (command: Command) => `insula ${nameOf(command)}`;

function section(command: Command): readonly string[] {
  const { description, positionals, columns, examples, operation } = command;
  const shown = columns.filter(({ shown: byDefault }) => byDefault).map(({ key }) => key);
  const hidden = columns.filter(({ shown: byDefault }) => !byDefault).map(({ key }) => key);
  return [
    `## ${heading(command)}`,
    prose(description),
    `    ${synopsis(command)}`,
    table(
      ['Argument', ''],
      positionals.map(({ field, description: text }) => [code(field), prose(text)]),
    ),
    options(command.options),
    columns.length === 0
      ? ''
      : `Columns: ${shown.map(code).join(', ')}${hidden.length === 0 ? '' : `; with \`-o\` also ${hidden.map(code).join(', ')}`}.`,
    examples.length === 0
      ? ''
      : `Examples:\n\n${examples.map(({ command: line, text }) => `    # ${text}\n    ${line}`).join('\n')}`,
    operation ? `Makes the call [${code(operation.id)}](api.md#${anchor(operation.id)}).` : '',
  ];
}

function options(list: readonly CommandOption[]): string {
  return table(
    ['Option', ''],
    list.map((option) => [optionForms(option).map(code).join(', '), prose(explain(option))]),
  );
}
