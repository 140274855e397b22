import type { OutgoingHttpHeaders } from 'node:http';
import { fault, type NodeEvent, operationTable, type QueryOf } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import { eventJudge } from '../events/event-judge.ts';
import { operationView } from '../events/operation-events.ts';
import type { Node } from '../node.ts';
import { routeOf } from './routes.ts';

/** Seconds between two comments that keep an idle stream alive through proxies. */
const heartbeatSeconds = 20;

/** Bytes that may wait for a slow reader; one that falls further behind is cut off and comes back with Last-Event-ID. */
const maxBacklog = 4_194_304;

/** Server-Sent Events (HTML Living Standard §9.2): `id` grows, `event` is the kind, `data` the event as JSON. */
export function registerEvents(server: FastifyInstance, node: Node): void {
  server.route({
    ...routeOf(operationTable.events),
    async handler(request, reply) {
      const query = request.query as QueryOf<typeof operationTable.events>;
      const wanted = filterOf(node, query);
      const mayHave = eventJudge(node.access.gatekeeper, request.caller);
      const lastId = Number(request.headers['last-event-id']);
      const current = query.operation === undefined ? undefined : node.engine.find(query.operation);
      if (query.operation !== undefined && current === undefined)
        throw fault('operation_not_found', { operation: query.operation });
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...reply.getHeaders(),
        'content-type': 'text/event-stream',
      } as OutgoingHttpHeaders);
      let isLive = false;
      const send = (event: NodeEvent) => {
        if (!wanted(event) || !mayHave(event)) return;
        raw.write(frameOf(event));
        // Never while it is told what it missed: it would come back for the same again and again.
        if (isLive && raw.writableLength > maxBacklog) raw.destroy();
      };
      if (current !== undefined) {
        const at = new Date().toISOString();
        send({ id: node.hub.latestId, at, kind: 'operation', operation: operationView(current) });
      }
      const unsubscribe = node.hub.subscribe(send, Number.isSafeInteger(lastId) ? lastId : undefined);
      isLive = true;
      const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatSeconds * 1000);
      raw.write(': connected\n\n');
      raw.once('close', () => {
        clearInterval(heartbeat);
        unsubscribe();
      });
    },
  });
}

/** Made once for all who listen. */
const frames = new WeakMap<NodeEvent, Buffer>();

function frameOf(event: NodeEvent): Buffer {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const frame = Buffer.from(`id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  frames.set(event, frame);
  return frame;
}

function filterOf(node: Node, query: QueryOf<typeof operationTable.events>): (event: NodeEvent) => boolean {
  const uuid = query.ve === undefined ? undefined : node.registry.find(query.ve).spec.uuid;
  return (event) => {
    if (
      query.operation !== undefined &&
      (event.kind !== 'operation' || event.operation.id !== query.operation)
    )
      return false;
    if (uuid === undefined) return true;
    return event.kind === 'operation' ? event.operation.target.id === uuid : event.uuid === uuid;
  };
}
