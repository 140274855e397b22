import { operationTable, type VeSummary } from '@insula/contract';
import { ask } from '../client/calls.ts';
import { UsageError } from '../errors/usage-error.ts';
import { filterRows } from '../output/select.ts';
import type { Session } from '../session.ts';

/**
 * What a command is to be done to: the names that were given, or with `--all` every VE that passes the filters and is in a state that the
 * call takes. Undefined when the command is about no one thing.
 * @throws UsageError when neither names nor `--all` were given, or both
 */
export async function resolveTargets(session: Session): Promise<readonly string[] | undefined> {
  const { command, positionals, options } = session;
  if (command.each === undefined) return undefined;
  const given = [...new Set(positionals[command.each])];
  if (command.each !== 've' || !options.boolean('all')) {
    if (options.list('filter').length > 0)
      throw new UsageError('--filter needs --all', 'name VEs, or choose them with --all --filter');
    if (given.length === 0) {
      const all = command.each === 've' ? ', or --all' : '';
      throw new UsageError(
        `${command.verb.join(' ')}: ${command.each} is missing`,
        `name one or several${all}`,
      );
    }
    return given;
  }
  if (given.length > 0)
    throw new UsageError('names and --all together', 'give the names, or --all with a --filter');
  const states: readonly string[] | undefined = command.operation?.states;
  const chosen = filterRows(
    await ask(session.client, 've.list'),
    options.list('filter'),
    operationTable['ve.list'].cli.columns,
  );
  const fitting = chosen.filter(({ state }: VeSummary) => states?.includes(state) ?? true);
  if (!session.quiet && fitting.length === 0) session.context.stderr.write('insula: no VE to do that to\n');
  return fitting.map(({ name }) => name);
}
