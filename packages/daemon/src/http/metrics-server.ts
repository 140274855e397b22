import { createServer, type Server } from 'node:http';
import { operationTable } from '@insula/contract';
import { metricsText } from '@insula/monitoring';
import { stateOf } from '@insula/ve';
import type { FastifyInstance } from 'fastify';
import type { Node } from '../node.ts';
import { version } from '../version.ts';
import { routeOf } from './routes.ts';

const { contentType } = operationTable.metrics;

/** Answers with metrics on the socket of the API. */
export function registerMetrics(server: FastifyInstance, node: Node): void {
  server.route({
    ...routeOf(operationTable.metrics),
    handler: async (_request, reply) => await reply.type(contentType).send(textOf(node)),
  });
}

/**
 * Answers `GET /metrics`, and nothing else, at the address of the configuration; null where there is to be none. What cannot be
 * listened at is told, and is no reason for the node to be down.
 */
export async function serveMetrics(node: Node, failed: (problem: Error) => void): Promise<Server | null> {
  const { address, port } = node.config.monitoring;
  if (port === 0) return null;
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD'))
      return response.writeHead(404, { 'content-type': 'text/plain' }).end('metrics are at /metrics\n');
    response.writeHead(200, { 'content-type': contentType });
    return response.end(request.method === 'HEAD' ? undefined : textOf(node));
  });
  // nobody who scrapes holds a connection for long
  server.requestTimeout = 10_000;
  server.maxConnections = 64;
  return await new Promise((resolve) => {
    server.once('error', (problem) => {
      failed(problem);
      resolve(null);
    });
    server.listen({ host: address, port }, () => resolve(server));
  });
}

function textOf({ monitoring, registry }: Node): string {
  const { latest } = monitoring.sampler;
  if (latest === null) return '# EOF\n';
  const ves: Record<string, number> = {};
  for (const { runtime } of registry.list()) ves[stateOf(runtime)] = (ves[stateOf(runtime)] ?? 0) + 1;
  return metricsText(latest, { version, ves });
}
