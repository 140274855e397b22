import { operationTable, type QueryOf } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import { sampleView } from '../monitoring/sample-view.ts';
import type { Node } from '../node.ts';
import { routeOf } from './routes.ts';

/** Bytes that may wait for a slow reader. Samples are of their moment: one that cannot be taken is left out. */
const maxBacklog = 1_048_576;

/** Samples as Server-Sent Events, as often as whoever reads them wants. */
export function registerSamples(server: FastifyInstance, node: Node): void {
  const { sampler } = node.monitoring;
  server.route({
    ...routeOf(operationTable.samples),
    async handler(request, reply) {
      const { interval = 3 } = request.query as QueryOf<typeof operationTable.samples>;
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      const send = (snapshot: NonNullable<typeof sampler.latest>) => {
        if (raw.writableLength > maxBacklog) return;
        raw.write(`event: sample\ndata: ${JSON.stringify(sampleView(node.config.name, snapshot))}\n\n`);
      };
      if (sampler.latest !== null) send(sampler.latest);
      const leave = sampler.watch(interval * 1000, send);
      raw.once('close', leave);
    },
  });
}
