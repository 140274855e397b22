import { operationTable, type QueryOf } from '@insula/contract';
import { usageCsv } from '@insula/monitoring';
import type { FastifyInstance } from 'fastify';
import { usageOf } from '../calls/usage-calls.ts';
import type { Node } from '../node.ts';
import { routeOf } from './routes.ts';

/** Usage as CSV. */
export function registerUsageExport(server: FastifyInstance, node: Node): void {
  const row = operationTable['usage.export'];
  server.route({
    ...routeOf(row),
    handler: async (request, reply) =>
      await reply
        .type(row.contentType)
        .send(usageCsv(await usageOf(node, request.query as QueryOf<typeof row>))),
  });
}
