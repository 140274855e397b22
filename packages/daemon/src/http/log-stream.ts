import { Readable } from 'node:stream';
import { operationTable, type QueryOf } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import type { Node } from '../node.ts';
import { callerOf, routeOf } from './routes.ts';

/** The console log as a byte stream, while the VE runs and after. */
export function registerLog(server: FastifyInstance, node: Node): void {
  const row = operationTable['ve.log'];
  server.route({
    ...routeOf(row),
    async handler(request, reply) {
      const { ve } = request.params as { readonly ve: string };
      const query = request.query as QueryOf<typeof row>;
      const area = node.ports.pool.privateArea(node.registry.find(ve).spec.uuid);
      const current = query.boot === true ? area.bootLog : area.consoleLog;
      const previous = query.boot === true ? area.previousBootLog : area.previousConsoleLog;
      const path = query.previous === true ? previous : current;
      const tailBytes = node.config.consoleLogBytes * 2;
      reply.type(row.contentType);
      if (query.follow !== true)
        return await reply.send(await node.host.consoleLogs.readTail(path, { tailBytes }));
      const signal = callerOf(reply);
      return await reply.send(
        Readable.from(node.host.consoleLogs.follow(path, { tailBytes, signal }), { objectMode: false }),
      );
    },
  });
}
