import {
  type DryRun,
  fault,
  type OperationDefinition,
  type OperationId,
  operationRows,
} from '@insula/contract';
import type { OperationEngine } from '@insula/operations';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { operationView } from '../events/operation-events.ts';
import type { CallInput, Change, Changes, Reads } from './calls.ts';

export interface RouteCalls {
  readonly reads: Reads;
  readonly changes: Changes;
  readonly engine: OperationEngine;
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
export function routeOf(row: OperationDefinition): Pick<RouteOptions, 'method' | 'url' | 'schema'> {
  const { params, query, body } = row;
  return {
    method: row.method,
    url: row.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    schema: {
      ...(params === undefined ? {} : { params }),
      querystring: query ?? nothing,
      ...(body === undefined ? {} : { body }),
    },
  };
}

function readHandler(row: OperationDefinition, { reads }: RouteCalls) {
  const call = reads[row.id as keyof Reads] as (input: AnyInput) => unknown;
  return async (request: FastifyRequest, reply: FastifyReply) =>
    await reply.send(await call(inputOf(request)));
}

function changeHandler(row: OperationDefinition, { changes, engine }: RouteCalls) {
  const call = changes[row.id as keyof Changes] as (input: AnyInput) => Change | Promise<Change>;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { ifBusy = 'fail', dryRun } = request.query as {
      readonly ifBusy?: 'fail' | 'wait';
      readonly dryRun?: boolean;
    };
    const change = await call(inputOf(request));
    if (dryRun === true) return await reply.send(await dryRunOf(engine, change));
    change.reserve?.();
    try {
      const record = await engine.submit({ ...change.request, ifBusy });
      return await reply
        .code(202)
        .header('location', `/v1/operations/${record.id}`)
        .send(operationView(record));
    } catch (error) {
      change.release?.();
      throw error;
    }
  };
}

async function dryRunOf(engine: OperationEngine, { request }: Change): Promise<DryRun> {
  const plan = await engine.dryRun(request);
  const steps = plan.steps.map(({ action, title }) => ({ action, title, undo: engine.canUndo(action) }));
  return { kind: request.kind, target: request.target, steps };
}

/** The checked parts of a request, and a signal that tells when its caller has gone. */
export function inputOf(request: FastifyRequest): AnyInput {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort(fault('cancelled')));
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    signal: gone.signal,
  } as AnyInput;
}
