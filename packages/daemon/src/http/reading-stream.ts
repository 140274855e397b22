import type { OutgoingHttpHeaders } from 'node:http';
import { operationTable, type QueryOf, type Reading } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import { readingView } from '../monitoring/reading-view.ts';
import type { Node } from '../node.ts';
import { routeOf } from './routes.ts';

/** Bytes that may wait for a slow reader. Readings are of their moment: one that cannot be taken is left out. */
const maxBacklog = 1_048_576;

/** Readings as Server-Sent Events, as often as whoever reads them wants. */
export function registerReadings(server: FastifyInstance, node: Node): void {
  const { sampler } = node.monitoring;
  const { gatekeeper } = node.access;
  server.route({
    ...routeOf(operationTable.readings),
    async handler(request, reply) {
      const { interval = 3 } = request.query as QueryOf<typeof operationTable.readings>;
      const { caller } = request;
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...reply.getHeaders(),
        'content-type': 'text/event-stream',
      } as OutgoingHttpHeaders);
      const send = (snapshot: NonNullable<typeof sampler.latest>) => {
        if (raw.writableLength > maxBacklog) return;
        const { at, node: ofNode, ves } = readingView(node.config.name, snapshot);
        const reading: Reading = {
          at,
          node: gatekeeper.mayHave(caller, 'node.read', gatekeeper.node) ? ofNode : null,
          ves: ves.filter(({ uuid }) => gatekeeper.mayHave(caller, 've.read', gatekeeper.veByUuid(uuid))),
        };
        raw.write(`event: reading\ndata: ${JSON.stringify(reading)}\n\n`);
      };
      if (sampler.latest !== null) send(sampler.latest);
      const leave = sampler.watch(interval * 1000, send);
      raw.once('close', leave);
    },
  });
}
