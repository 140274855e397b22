import { once } from 'node:events';
import { fault, operationTable, type QueryOf } from '@insula/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { withFiles } from '../calls/file-calls.ts';
import type { Node } from '../node.ts';
import { callerOf, routeOf } from './routes.ts';
import { listed } from './versions.ts';

const bytes = 'application/octet-stream';

/** Contents of files inside VEs, both ways. */
export function registerFileContents(server: FastifyInstance, node: Node): void {
  server.addContentTypeParser(bytes, (_request, _payload, done) => done(null));
  const read = operationTable['file.read'];
  server.route({
    ...routeOf(read),
    async handler(request, reply) {
      const { ve } = request.params as { readonly ve: string };
      const query = request.query as QueryOf<typeof read>;
      const signal = callerOf(reply);
      await withFiles(node, 'file.read', ve, { signal, mayLast: true }, async (files) => {
        const { file, content } = await files.read(query.path, query);
        // what a VE says is no page of ours, whatever a browser would take it for
        reply.type(bytes).header('etag', `"${file.version}"`).header('content-disposition', 'attachment');
        const closed = once(content, 'close');
        reply.send(content);
        await closed.catch(() => undefined);
      });
      return await reply;
    },
  });
  const write = operationTable['file.write'];
  server.route({
    ...routeOf(write),
    async handler(request, reply) {
      const { ve } = request.params as { readonly ve: string };
      const { path, mode } = request.query as QueryOf<typeof write>;
      const type = request.headers['content-type'];
      if (type !== undefined && type !== bytes) throw fault('unsupported_media_type', { type });
      const signal = callerOf(reply);
      const onlyIf = conditionOf(request);
      // a connection cut off in the middle of an upload would never see why it failed
      const content = request.raw.iterator({ destroyOnReturn: false });
      try {
        const file = await withFiles(
          node,
          'file.write',
          ve,
          { signal, mayLast: true },
          async (files) => await files.write(path, { mode, onlyIf }, content),
        );
        return await reply.header('etag', `"${file.version}"`).send(file);
      } finally {
        request.raw.resume();
      }
    },
  });
}

/** What RFC 9110 §13.1 calls If-Match and If-None-Match. @throws CodedError invalid_input for one that this call does not know */
function conditionOf({ headers }: FastifyRequest): 'any' | 'new' | 'existing' | { readonly version: string } {
  const match = listed(headers['if-match']);
  const noneMatch = listed(headers['if-none-match']);
  if (match.length + noneMatch.length === 0) return 'any';
  if (match.length === 0 && noneMatch[0] === '*') return 'new';
  const [wanted = ''] = match;
  if (wanted === '*') return 'existing';
  const version = /^"([0-9a-f]+(?:-[0-9a-f]+){3})"$/.exec(wanted)?.[1];
  if (version === undefined || match.length + noneMatch.length > 1)
    throw fault('invalid_input', { field: 'if-match', problem: 'must be one version, in quotes, or *' });
  return { version };
}
