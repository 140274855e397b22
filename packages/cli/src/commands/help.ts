import {
  type ExitClass,
  exitCodeMeanings,
  exitCodes,
  formatAmount,
  operationTable,
  type ParameterRow,
  parameterTable,
} from '@insula/contract';
import { nearest } from '../arguments/nearest.ts';
import { helpOf } from '../arguments/parse.ts';
import { UsageError } from '../errors/usage-error.ts';
import { renderTable } from '../output/table.ts';
import type { Session } from '../session.ts';
import { type HelpTopic, helpTopics } from './own-commands.ts';
import { commands, nameOf } from './table.ts';

const topicTexts: Readonly<Record<HelpTopic, () => string>> = {
  'exit-codes': exitCodesHelp,
  parameters: parametersHelp,
  filters: filtersHelp,
};

/** `insula help`: a topic, a command, or all commands. */
export function runHelp({ context, positionals }: Session): Promise<number> {
  const name = (positionals['topic'] ?? []).join(' ');
  const topic = helpTopics.find((candidate) => candidate === name);
  const text = topic ? topicTexts[topic]() : helpOf(name, { columns: context.stdout.columns || undefined });
  if (text === undefined) {
    const meant = nearest(name, [...helpTopics, ...commands.map(nameOf)]);
    throw new UsageError(
      `no help about "${name}"`,
      meant === undefined ? '`insula help` lists the commands' : `did you mean ${meant}?`,
    );
  }
  context.stdout.write(text);
  return Promise.resolve(exitCodes.ok);
}

const column = (key: string) => ({ key, title: key.toUpperCase(), path: key, shown: true });

function exitCodesHelp(): string {
  const rows = Object.entries(exitCodes).map(([name, code]) => ({
    code,
    meaning: exitCodeMeanings[name as ExitClass],
  }));
  const all = [...rows, { code: 130, meaning: 'interrupted; an operation that was begun goes on' }];
  return renderTable({
    columns: [{ ...column('code'), align: 'right' }, column('meaning')],
    rows: all,
    header: true,
  });
}

function parametersHelp(): string {
  const rows = (parameterTable as readonly ParameterRow[]).map((row) => ({
    name: [row.name, ...(row.aliases ?? [])].join(', '),
    unit: row.unit,
    shape: row.shape,
    default: formatAmount(row, row.default),
    least: formatAmount(row, row.minimum),
    text: row.text,
  }));
  return `${renderTable({ columns: ['name', 'unit', 'shape', 'default', 'least', 'text'].map(column), rows, header: true })}
Sizes take K, M, G and T (powers of 1024) or P (pages of 4 KiB): 512M, 1.5G. A share of CPU time takes %: 150% is one and a half cores.
BARRIER:LIMIT says where it becomes tight and where it ends, for those of shape "pair": 400M:512M. Lists are 0-3,8 or "all".
"unlimited" lifts a limit; in \`insula set\`, "default" goes back to the default.
`;
}

function filtersHelp(): string {
  const keys = operationTable['ve.list'].cli.columns.map(({ key }) => key);
  return `--filter takes

  key=value     equal; of a list, one item is equal
  key!=value    not equal; of a list, no item is
  key~part      contains, in upper or lower case

Several filters, given one by one or with commas between them, must all pass. A key is a column of the table, shown or not; for VEs:
${keys.join(', ')}.

  insula list --filter state=running,template~debian
  insula stop --all --filter name~test
`;
}
