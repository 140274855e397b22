import type { Command, DryRun, Operation, OperationDefinition } from '@insula/contract';
import { type CallRequest, CodedError, exitCodes, fault } from '@insula/contract';
import { buildRequest } from '../arguments/request.ts';
import { followOperation } from '../client/watch.ts';
import { exitCodeOf, Interrupted } from '../errors/report.ts';
import { ProgressBoard } from '../output/progress.ts';
import type { Session } from '../session.ts';
import { confirmTargets } from './confirm.ts';
import { Interrupts } from './interrupts.ts';
import { inParallel } from './parallel.ts';
import { type Answered, type Outcome, printAll, printOne } from './print.ts';
import { askSecrets } from './secrets.ts';
import { resolveTargets } from './targets.ts';

/** Calls that run at once when there are several targets. */
const parallelCalls = 8;

export type CallSession = Session & {
  readonly command: Command & { readonly operation: OperationDefinition };
};

/**
 * Runs a command that is one call of the operation table, for each of its targets.
 * @returns the exit code: of several targets that of the first that failed
 */
export async function runCall(session: CallSession): Promise<number> {
  const targets = await resolveTargets(session);
  if (targets) await confirmTargets(session, targets);
  const secrets = await askSecrets(session);
  const board = new ProgressBoard(session.context, { enabled: !session.quiet && !session.json });
  using interrupts = new Interrupts(session, (write) => board.above(write));
  const several = targets !== undefined && (targets.length > 1 || (session.options.boolean('all') ?? false));

  const outcomes = await inParallel(
    targets ?? [undefined],
    session.command.operation.cli?.parallel ?? parallelCalls,
    async (target) => {
      const outcome = await attempt(session, target, { board, interrupts, secrets });
      board.above(() => printOne(session, outcome, { several }));
      return outcome;
    },
  );
  printAll(session, outcomes, { several });
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  return failed ? exitCodeOf(failed.error) : (findingsCode(session, outcomes) ?? exitCodes.ok);
}

interface Surroundings {
  readonly board: ProgressBoard;
  readonly interrupts: Interrupts;
  readonly secrets: Readonly<Record<string, string>>;
}

async function attempt(
  session: CallSession,
  target: string | undefined,
  surroundings: Surroundings,
): Promise<Outcome> {
  const of = target === undefined ? {} : { target };
  try {
    if (surroundings.interrupts.stopping) throw fault('cancelled');
    const given = {
      ...givenWords(session),
      ...(session.command.each && target !== undefined ? { [session.command.each]: target } : {}),
    };
    const request = withSecrets(buildRequest(session.command, given, session.options), surroundings.secrets);
    return { ...of, ...(await answer(session, request, surroundings)) };
  } catch (error) {
    if (error instanceof OperationFailed)
      return { kind: 'failed', ...of, error: error.reason, operation: error.operation };
    const isAbort = error instanceof Error && error.name === 'AbortError';
    return { kind: 'failed', ...of, error: isAbort ? surroundings.interrupts.signal.reason : error };
  }
}

function withSecrets(request: CallRequest, secrets: Readonly<Record<string, string>>): CallRequest {
  if (Object.keys(secrets).length === 0) return request;
  return { ...request, body: { ...(request.body as object | undefined), ...secrets } };
}

/** The words of the command line by field: all of them where the body takes a list, else the first. */
function givenWords({ command, positionals }: CallSession) {
  const words = command.positionals.map(({ field, place, several }) => {
    const values = positionals[field] ?? [];
    return [field, place === 'body' && several && values.length > 0 ? values : values[0]] as const;
  });
  return Object.fromEntries(words);
}

async function answer(
  session: CallSession,
  request: CallRequest,
  { board, interrupts }: Surroundings,
): Promise<Answered> {
  const { client, options } = session;
  const { status, result } = await client.call<unknown>(request, { signal: interrupts.signal });
  if (request.definition.kind !== 'change') return { kind: 'answered', result };
  if (status !== 202) return { kind: 'planned', plan: result as DryRun };
  const begun = result as Operation;
  if (options.boolean('wait') === false) return { kind: 'begun', operation: begun };
  interrupts.add(begun);
  board.update(begun);
  try {
    const operation = await followOperation(client, begun, {
      signal: interrupts.signal,
      onUpdate: (update) => board.update(update),
      onLost: () =>
        board.above(() =>
          session.context.stderr.write('insulad does not answer; waiting for it to come back\n'),
        ),
    });
    if (operation.state === 'succeeded') return { kind: 'finished', operation };
    throw new OperationFailed(operation);
  } catch (error) {
    throw error === interrupts.signal.reason ? new Interrupted(`left running: operation ${begun.id}`) : error;
  } finally {
    interrupts.remove(begun.id);
    board.remove(begun.id);
  }
}

/** Carries which operation it was beside its error. */
class OperationFailed extends Error {
  readonly operation: Operation;

  constructor(operation: Operation) {
    super(operation.message);
    this.operation = operation;
  }

  get reason(): CodedError {
    const { error, state } = this.operation;
    if (error) return CodedError.fromProblem(error);
    return state === 'cancelled' ? fault('cancelled') : fault('internal', { problem: this.message });
  }
}

/** A check that found something missing is a failure of the host, though the call succeeded. */
function findingsCode({ command }: CallSession, outcomes: readonly Outcome[]): number | undefined {
  if (command.operation.id !== 'node.findings') return undefined;
  const findings = outcomes.flatMap((outcome) =>
    outcome.kind === 'answered' ? outcome.result : [],
  ) as readonly { state?: string }[];
  return findings.some(({ state }) => state === 'missing') ? exitCodes.host : undefined;
}
