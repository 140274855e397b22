import { exitCodes, findParameter, formatAmount, type NodeEvent } from '@insula/contract';
import { watchEvents } from '../client/watch.ts';
import { timeText } from '../output/cells.ts';
import { singleLine } from '../output/sanitize.ts';
import type { Session } from '../session.ts';

/** `insula events`: a line for each event until interrupted; across restarts of the daemon. */
export async function runEvents({ client, context, options, json }: Session): Promise<number> {
  const left = new AbortController();
  const events = watchEvents(client, {
    operation: options.text('operation'),
    ve: options.text('ve'),
    signal: left.signal,
    patienceMs: Infinity,
    onLost: () => context.stderr.write('insulad does not answer; waiting for it to come back\n'),
  });
  const leave = () => left.abort();
  context.signals.on('SIGINT', leave);
  context.signals.on('SIGTERM', leave);
  for await (const event of events) {
    context.stdout.write(`${json ? JSON.stringify(event) : eventLine(event)}\n`);
  }
  return exitCodes.ok;
}

function eventLine(event: NodeEvent): string {
  const time = timeText(event.at);
  if (event.kind === 've') {
    return singleLine(
      `${time}  ve         ${event.name}  ${event.what}${event.ve ? `  ${event.ve.state}` : ''}`,
    );
  }
  if (event.kind === 'refusal') return singleLine(`${time}  refusal    ${event.name}  ${refusalText(event)}`);
  if (event.kind === 'alert') {
    const { before, level, ruleName, metric, value } = event.alert;
    return singleLine(
      `${time}  alert      ${event.name}  ${before} -> ${level}  ${ruleName}  ${metric} ${value ?? ''}`,
    );
  }
  if (event.kind === 'edit') {
    const about = event.name ?? event.user ?? 'node';
    return singleLine(`${time}  edit       ${about}  ${event.call}`);
  }
  const { kind, target, state, progress, message } = event.operation;
  const percent = state === 'running' ? ` ${Math.floor(progress * 100)}%` : '';
  return singleLine(`${time}  operation  ${target.name}  ${kind}  ${state}${percent}  ${message}`);
}

function refusalText(event: Extract<NodeEvent, { kind: 'refusal' }>): string {
  const { resource, count, process, parameter } = event;
  const amount = (value: number) => {
    const row = findParameter(parameter);
    return row === undefined ? String(value) : formatAmount(row, value);
  };
  const what = {
    memory: `out of memory, ${count} killed`,
    processes: `${count} processes refused`,
    cpu: 'held back by its share of CPU time',
  }[resource];
  const who = process === null ? '' : ` (${process.command}, pid ${process.pid})`;
  const limit = event.limit === null ? '' : `  ${parameter} is ${amount(event.limit)}`;
  const advice = event.suggestion === null ? '' : `, try ${amount(event.suggestion)}`;
  return `${what}${who}${limit}${advice}`;
}
