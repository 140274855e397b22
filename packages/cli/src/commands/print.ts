import type { Column, DryRun, Operation } from '@insula/contract';
import { type Context, hasUnicode } from '../context.ts';
import { reportError } from '../errors/report.ts';
import { renderDetail } from '../output/detail.ts';
import { singleLine } from '../output/sanitize.ts';
import { filterRows, sortRows } from '../output/select.ts';
import { chooseColumns, renderTable } from '../output/table.ts';
import type { Session } from '../session.ts';

export type Answered =
  | { readonly kind: 'answered'; readonly result: unknown }
  | { readonly kind: 'planned'; readonly plan: DryRun }
  | { readonly kind: 'begun'; readonly operation: Operation }
  | { readonly kind: 'finished'; readonly operation: Operation };

/** What came of one target. */
export type Outcome = { readonly target?: string } & (
  | Answered
  | { readonly kind: 'failed'; readonly error: unknown; readonly operation?: Operation | undefined }
);

interface Several {
  /** Several targets were asked for: JSON is a list then, and errors say whose they are. */
  readonly several: boolean;
}

/** Prints what can be printed as soon as it is known: results of changes, and errors. */
export function printOne(session: Session, outcome: Outcome, { several }: Several): void {
  const { context, command, json, quiet } = session;
  if (outcome.kind === 'failed') {
    const target = several ? outcome.target : undefined;
    reportError(context, outcome.error, { command, json, target, operation: outcome.operation?.id });
    return;
  }
  if (json || quiet) return;
  if (outcome.kind === 'begun') context.stdout.write(`${outcome.operation.id}\n`);
  if (outcome.kind === 'planned') context.stdout.write(renderPlan(outcome.plan, context));
  if (outcome.kind === 'finished') context.stdout.write(renderFinished(session, outcome.operation));
}

/** What a VE is now; of work on the node as a whole, what it found. */
function renderFinished(session: Session, { target, message, result }: Operation): string {
  const { command, context } = session;
  if (Array.isArray(result) && command.columns.length > 0)
    return renderRows(session, selected(session, result));
  if (target.kind === 'node' && result !== null)
    return renderDetail(result, { unicode: hasUnicode(context) });
  const state = isVe(result) ? stateOf(result) : undefined;
  return `${singleLine(`${target.name}: ${state ?? message}`)}\n`;
}

/** Prints what needs all outcomes: tables, JSON and the summary. */
export function printAll(session: Session, outcomes: readonly Outcome[], { several }: Several): void {
  const { context, command, json, quiet } = session;
  if (json) {
    const values = outcomes
      .map((outcome) => jsonOf(session, outcome, several))
      .filter((value) => value !== undefined);
    if (several) context.stdout.write(`${JSON.stringify(values, null, 2)}\n`);
    else if (values.length > 0) context.stdout.write(`${JSON.stringify(values[0], null, 2)}\n`);
  } else if (!quiet) {
    const results = outcomes.flatMap((outcome) => (outcome.kind === 'answered' ? [outcome] : []));
    if (results.length > 0) context.stdout.write(renderResults(session, results));
  }
  const failed = outcomes.filter(({ kind }) => kind === 'failed');
  if (several && !quiet && !json && command.operation?.kind !== 'read') {
    const names = failed.map(({ target }) => target ?? '').join(', ');
    const text = `${outcomes.length - failed.length} of ${outcomes.length} succeeded${names === '' ? '' : `; failed: ${names}`}`;
    context.stderr.write(`${singleLine(text)}\n`);
  }
}

function jsonOf(session: Session, outcome: Outcome, several: boolean): unknown {
  const target = outcome.target === undefined ? {} : { target: outcome.target };
  switch (outcome.kind) {
    case 'failed':
      return several ? { ...target, error: problemOf(outcome) } : undefined;
    case 'answered': {
      const result = Array.isArray(outcome.result) ? selected(session, outcome.result) : outcome.result;
      return several ? { ...target, result } : result;
    }
    case 'planned':
      return several ? { ...target, plan: outcome.plan } : outcome.plan;
    case 'begun':
    case 'finished':
      return several ? { ...target, operation: outcome.operation } : outcome.operation;
  }
}

function problemOf({ error }: { readonly error: unknown }): unknown {
  return error instanceof Error && 'toProblem' in error && typeof error.toProblem === 'function'
    ? (error.toProblem as () => unknown)()
    : { detail: String(error) };
}

function renderResults(
  session: Session,
  outcomes: readonly { readonly target?: string; readonly result: unknown }[],
): string {
  const { command, context } = session;
  if (command.operation?.kind === 'edit' && command.operation.cli?.shows !== true) {
    return outcomes
      .map(({ target, result }) => `${singleLine(`${target ?? 'done'}: ${stateOf(result) ?? 'done'}`)}\n`)
      .join('');
  }
  if (command.columns.length === 0) {
    return outcomes.map(({ result }) => renderDetail(result, { unicode: hasUnicode(context) })).join('\n');
  }
  return renderRows(
    session,
    selected(
      session,
      outcomes.flatMap(({ result }) => result as readonly unknown[]),
    ),
  );
}

/** Rows as the table of the command, with the columns that were asked for. */
function renderRows({ command, options, context }: Session, rows: readonly unknown[]): string {
  return renderTable({
    columns: chooseColumns(command.columns, options.list('output')),
    rows,
    header: !options.boolean('no-header'),
    width: context.stdout.isTTY ? context.stdout.columns || undefined : undefined,
    unicode: hasUnicode(context),
  });
}

/** Rows that pass the filters, sorted as was asked for. */
function selected({ command, options }: Session, rows: readonly unknown[]): readonly unknown[] {
  // with `--all` the filters have chosen the targets already
  const filters = options.boolean('all') ? [] : options.list('filter');
  return sortRows(filterRows(rows, filters, command.columns), options.list('sort'), command.columns);
}

function renderPlan({ kind, target, steps }: DryRun, context: Context): string {
  const column = (key: string): Column => ({ key, title: key.toUpperCase(), path: key, shown: true });
  const rows = steps.map((step, index) => ({ step: index + 1, ...step }));
  const head = `${singleLine(`${kind} of ${target.kind} ${target.name} would do:`)}\n`;
  const columns = [
    { ...column('step'), align: 'right' } as const,
    column('title'),
    { ...column('undo'), title: 'CAN BE UNDONE' },
  ];
  return head + renderTable({ columns, rows, header: true, unicode: hasUnicode(context) });
}

const isVe = (result: unknown): boolean => typeof result === 'object' && result !== null && 'uuid' in result;

/** What a VE or an operation is after a change. */
function stateOf(result: unknown): string | undefined {
  return typeof result === 'object' && result !== null && 'state' in result
    ? String(result.state)
    : undefined;
}
