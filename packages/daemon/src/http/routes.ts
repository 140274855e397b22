import {
  type DryRun,
  fault,
  type ListQuery,
  listFields,
  type OperationDefinition,
  type OperationId,
  operationRows,
  querySchemaOf,
} from '@insula/contract';
import type { OperationEngine, OperationRecord } from '@insula/operations';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type TObject, Type } from 'typebox';
import { attemptCookie, attemptOf, clearedAttempt, clearedCookie, sessionCookie } from '../access/cookie.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';
import type { Edit } from '../events/edit-event.ts';
import { operationView } from '../events/operation-events.ts';
import type { RepetitionStore } from '../store/repetition-store.ts';
import type { CallInput, Change, Changes, Decision, Reads } from './calls.ts';
import type { Item } from './list-order.ts';
import { pageOf } from './list-page.ts';
import { Once } from './once.ts';
import { isKnown, requireVersion, twinOf, versionOf } from './versions.ts';
import { visible } from './visible.ts';

export interface RouteCalls {
  readonly reads: Reads;
  readonly changes: Changes;
  readonly engine: OperationEngine;
  readonly gatekeeper: Gatekeeper;
  readonly repetitions: RepetitionStore;
  /** Told of every edit that was made. */
  readonly edited: (edit: Edit) => void;
}

/** A call without a query of its own takes none at all. */
const nothing = Type.Object({}, { additionalProperties: false });

type AnyInput = CallInput<OperationId>;

/** Registers a route for every row of the operation table that answers with JSON. */
export function registerRoutes(server: FastifyInstance, calls: RouteCalls): void {
  for (const row of operationRows) {
    if (row.kind === 'change') server.route({ ...routeOf(row), handler: changeHandler(row, calls) });
    if (row.kind === 'read' || row.kind === 'edit')
      server.route({ ...routeOf(row), handler: readHandler(row, calls) });
  }
}

/** Method, path and checked parts of a row, as Fastify wants them. */
export function routeOf(
  row: OperationDefinition,
): Pick<RouteOptions, 'method' | 'url' | 'schema' | 'config'> {
  const { params, body } = row;
  return {
    method: row.method,
    config: { row },
    url: row.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    schema: {
      ...(params === undefined ? {} : { params }),
      querystring: querySchemaOf(row) ?? nothing,
      ...(body === undefined ? {} : { body }),
    },
  };
}

function readHandler(row: OperationDefinition, calls: RouteCalls) {
  const twin = row.method === 'GET' ? undefined : twinOf(row);
  const fields = listFields(row);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const input = inputOf(request, reply);
    await requireVersion(request, twin, async () => await answerOf(twin, calls, input));
    const made = await answerOf(row, calls, input);
    const who = request.provedUser ?? request.caller.name;
    // what a stranger begins changes nothing that anybody reads, and must not push out what others have yet to hear of
    if (row.kind === 'edit' && who !== null) {
      const { params, query, body } = request;
      calls.edited({ row, params, query, body, who });
    }
    const whole = visible(calls.gatekeeper, request.caller, row.id, made);
    const answer = fields === null ? whole : asked(request, reply, whole as readonly Item[], fields);
    if (row.kind !== 'read') return await reply.send(answer);
    const text = JSON.stringify(answer);
    const version = versionOf(text);
    reply.header('etag', version);
    if (isKnown(request, version)) return await reply.code(304).send();
    return await reply.type('application/json; charset=utf-8').send(text);
  };
}

/** The part of a list that was asked for, once it holds only what is for the caller. A limit of its own has been heeded already. */
function asked(
  request: FastifyRequest,
  reply: FastifyReply,
  list: readonly Item[],
  fields: ReadonlySet<string>,
): readonly Item[] {
  const { filter, sort, fields: wanted, limit, cursor } = request.query as ListQuery;
  const { row } = request.routeOptions.config;
  const hasOwnLimit = row?.query !== undefined && 'limit' in (row.query as TObject).properties;
  const query = {
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined ? {} : { sort }),
    ...(wanted === undefined ? {} : { fields: wanted }),
    ...(limit === undefined || hasOwnLimit ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const { items, next } = pageOf(list, query, fields);
  if (next !== null) {
    const url = new URL(request.url, 'http://node');
    url.searchParams.set('cursor', next);
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return items;
}

async function answerOf(
  row: OperationDefinition | undefined,
  { reads }: RouteCalls,
  input: AnyInput,
): Promise<unknown> {
  if (row === undefined) return null;
  const call = reads[row.id as keyof Reads] as (input: AnyInput) => unknown;
  return await call(input);
}

function changeHandler(row: OperationDefinition, calls: RouteCalls) {
  const { changes, engine, gatekeeper } = calls;
  const once = new Once(calls.repetitions, engine);
  const twin = twinOf(row);
  const call = changes[row.id as keyof Changes] as (input: AnyInput) => Decision | Promise<Decision>;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { ifBusy = 'fail', dryRun } = request.query as {
      readonly ifBusy?: 'fail' | 'wait';
      readonly dryRun?: boolean;
    };
    const input = inputOf(request, reply);
    // from the decision on nothing may be waited for: nobody else decides for the same in between
    const decided = async <Result>(go: (change: Change) => Promise<Result>): Promise<Result> => {
      await requireVersion(request, twin, async () => await answerOf(twin, calls, input));
      const decision = await call(input);
      const change = typeof decision === 'function' ? decision() : decision;
      gatekeeper.judge(request.caller, row, change);
      return await go(change);
    };
    if (dryRun === true)
      return await reply.send(await decided(async (change) => await dryRunOf(engine, change)));
    const record = await once.begin(
      request,
      async () => await decided(async (change) => await submit(engine, change, ifBusy)),
    );
    request.operationId = record.id;
    return await reply
      .code(202)
      .header('location', `/v1/operations/${record.id}`)
      .send(operationView(record));
  };
}

async function submit(
  engine: OperationEngine,
  { request, reserve, release }: Change,
  ifBusy: 'fail' | 'wait',
): Promise<OperationRecord> {
  reserve?.();
  try {
    return await engine.submit({ ...request, ifBusy });
  } catch (error) {
    release?.();
    throw error;
  }
}

async function dryRunOf(engine: OperationEngine, { request }: Change): Promise<DryRun> {
  const plan = await engine.dryRun(request);
  const steps = plan.steps.map(({ action, title }) => ({ action, title, undo: engine.canUndo(action) }));
  return { kind: request.kind, target: request.target, steps };
}

/** The checked parts of a request, and a signal that tells when its caller has gone. */
function inputOf(request: FastifyRequest, reply: FastifyReply): AnyInput {
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    caller: request.caller,
    client: {
      agent: request.headers['user-agent'] ?? '',
      origin: `https://${request.headers.host ?? ''}`,
      attempt: attemptOf(request.headers.cookie),
      keepAttempt(sealed) {
        reply.header('set-cookie', sealed === null ? clearedAttempt : attemptCookie(sealed));
      },
      name(user) {
        request.provedUser = user;
      },
      begin(user, secret) {
        request.provedUser = user;
        reply.header('set-cookie', sessionCookie(secret));
      },
      end() {
        reply.header('set-cookie', clearedCookie);
      },
    },
    get signal() {
      return callerOf(reply);
    },
  } as AnyInput;
}

/** Aborted when the caller goes before it has its answer. Its connection may live on and bring other calls. */
export function callerOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(fault('cancelled'));
  });
  return gone.signal;
}
