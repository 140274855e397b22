import { fault, type OperationDefinition } from '@insula/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, stranger } from '../access/caller.ts';
import type { Node } from '../node.ts';
import type { Door } from './doors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. */
    caller: Caller;
    /** Who has just logged in by it, or proved himself and was refused all the same. */
    provedUser: string | null;
    /** Code of the error that it was answered with. */
    failure: string | null;
    /** The operation that it began. */
    operationId: string | null;
  }
  interface FastifyContextConfig {
    /** The row of the operation table that the route stands for. */
    row?: OperationDefinition;
    /** A route without a row, for everybody who is known. */
    isForAll?: true;
    /** A route of the web app, for everybody, whatever the request carries. */
    isPublic?: true;
  }
}

/** Kinds of calls that last: what they were allowed by may be taken back meanwhile. */
const lasting: readonly OperationDefinition['kind'][] = ['socket', 'events', 'download', 'upload'];

/**
 * Who is it, before a byte of the body is read; may he, once the parts of the request are known. Every route passes here, also
 * WebSockets, streams, and those that there are not; one that no row speaks of is refused.
 */
export function guard(server: FastifyInstance, node: Node, door: Door): void {
  const { gatekeeper } = node.access;
  server.decorateRequest('caller');
  server.decorateRequest('provedUser', null);
  server.decorateRequest('failure', null);
  server.decorateRequest('operationId', null);
  server.addHook('onRequest', async (request, reply) => {
    const { row, isPublic } = request.routeOptions.config;
    if (isPublic === true) {
      request.caller = stranger(request.ip);
      return;
    }
    const known = door.callerOf(request, reply);
    const isOpen = row?.scope === 'open';
    if (known === null && !isOpen)
      throw fault('unauthenticated', { problem: 'the request says nothing about that' });
    request.caller = known ?? stranger(request.ip);
  });
  server.addHook('onResponse', async (request) => note(node, request));
  server.addHook('preHandler', async (request, reply) => {
    const { row, isForAll, isPublic } = request.routeOptions.config;
    if (request.is404 || isForAll === true || isPublic === true) return;
    if (row === undefined) throw fault('forbidden', { permission: 'use this route' });
    const check = () => gatekeeper.admit(request.caller, row, askedBy(request));
    check();
    // it has no answer that ends it
    if (row.kind === 'socket') note(node, request);
    if (lasting.includes(row.kind)) watch(node, request, reply, check);
  });
}

/** What was done must not fail since it cannot be written down: that is told in the log of the daemon. */
function note({ access }: Node, request: FastifyRequest): void {
  const { row } = request.routeOptions.config;
  if (row === undefined || request.caller === undefined) return;
  const { caller, provedUser, failure, operationId: operation } = request;
  try {
    access.audit.note({ caller, provedUser, row, failure, operation, ...askedBy(request) });
  } catch (error) {
    request.log.error({ err: error, call: row.id, who: caller.name }, 'the audit log was not written');
  }
}

function askedBy({ params, query, body }: FastifyRequest) {
  return {
    params: (params ?? {}) as Readonly<Record<string, unknown>>,
    query: (query ?? {}) as Readonly<Record<string, unknown>>,
    body,
  };
}

function watch({ access }: Node, request: FastifyRequest, reply: FastifyReply, check: () => void): void {
  const { socket } = request.raw;
  const remove = access.live.add({
    check() {
      if (!access.authentication.isValid(request.caller))
        throw fault('unauthenticated', { problem: 'it ended' });
      check();
    },
    end: () => socket.destroy(),
  });
  socket.once('close', remove);
  reply.raw.once('close', remove);
}
