import { Readable } from 'node:stream';
import { operationTable } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import type { Node } from '../node.ts';
import type { AuditStore } from '../store/audit-store.ts';
import { routeOf } from './routes.ts';

/** The whole audit log, a line of JSON for each entry. */
export function registerAuditExport(server: FastifyInstance, { access }: Node): void {
  const row = operationTable['audit.export'];
  server.route({
    ...routeOf(row),
    handler: async (_request, reply) =>
      await reply.type(row.contentType).send(Readable.from(lines(access.audit.store), { objectMode: false })),
  });
}

/** Entries per turn: others are answered in between. */
const page = 500;

async function* lines(store: AuditStore): AsyncIterable<string> {
  let after = 0;
  for (;;) {
    const links = store.linksAfter(after, page);
    const last = links.at(-1);
    if (last === undefined) return;
    yield links.map((link) => `${JSON.stringify(link)}\n`).join('');
    after = last.seq;
  }
}
