import {
  type DryRun,
  fault,
  type OperationDefinition,
  type OperationId,
  operationRows,
} from '@insula/contract';
import type { OperationEngine, OperationRecord } from '@insula/operations';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { clearedCookie, sessionCookie } from '../access/cookie.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';
import { operationView } from '../events/operation-events.ts';
import type { CallInput, Change, Changes, Decision, Reads } from './calls.ts';
import { visible } from './visible.ts';

export interface RouteCalls {
  readonly reads: Reads;
  readonly changes: Changes;
  readonly engine: OperationEngine;
  readonly gatekeeper: Gatekeeper;
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
  const { params, query, body } = row;
  return {
    method: row.method,
    config: { row },
    url: row.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    schema: {
      ...(params === undefined ? {} : { params }),
      querystring: query ?? nothing,
      ...(body === undefined ? {} : { body }),
    },
  };
}

function readHandler(row: OperationDefinition, { reads, gatekeeper }: RouteCalls) {
  const call = reads[row.id as keyof Reads] as (input: AnyInput) => unknown;
  return async (request: FastifyRequest, reply: FastifyReply) =>
    await reply.send(visible(gatekeeper, request.caller, row.id, await call(inputOf(request, reply))));
}

function changeHandler(row: OperationDefinition, { changes, engine, gatekeeper }: RouteCalls) {
  const call = changes[row.id as keyof Changes] as (input: AnyInput) => Decision | Promise<Decision>;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { ifBusy = 'fail', dryRun } = request.query as {
      readonly ifBusy?: 'fail' | 'wait';
      readonly dryRun?: boolean;
    };
    const decided = await call(inputOf(request, reply));
    const change = typeof decided === 'function' ? decided() : decided;
    gatekeeper.judge(request.caller, row, change);
    if (dryRun === true) return await reply.send(await dryRunOf(engine, change));
    const record = await submit(engine, change, ifBusy);
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
      begin(secret) {
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
