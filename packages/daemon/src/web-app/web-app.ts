import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isKnown } from '../http/versions.ts';
import type { Node } from '../node.ts';
import { codingFor, readWebFiles, type WebFile, type WebFiles } from './web-files.ts';
import { webHeaders } from './web-headers.ts';

/** Beside the program, or above it where it is a chunk of the bundle. */
const builtInDirs = [`${import.meta.dirname}/../web`, `${import.meta.dirname}/web`];

/** Files whose names change with their content are below here. */
const assets = '/assets/';

const forever = 'public, max-age=31536000, immutable';

const missing = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Insula</title>
<h1>The web app is not installed</h1>
<p>This node serves its API under /v1, but there are no files of the web app beside insulad.</p>
`;

/**
 * Serves the web app to everybody, also to those who are not logged in: it holds nothing but itself. Paths that are views of the app
 * are answered by its page; the API keeps all of /v1.
 */
export async function registerWebApp(server: FastifyInstance, { config }: Node): Promise<void> {
  const files = await firstOf(config.api.web === undefined ? builtInDirs : [config.api.web], (dir, problem) =>
    server.log.debug({ dir, problem }, 'no web app here'),
  );
  if (files === null) server.log.warn('there is no web app: browsers get a page that says so');
  // what is not in the operation table is missed as it is without a web app, and by those alone who are known
  for (const url of ['/v1', '/v1/*'])
    server.get(url, { config: { isForAll: true } }, (_request, reply) => reply.callNotFound());
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(webHeaders);
    const { '*': rest = '' } = request.params as { readonly '*'?: string };
    const path = `/${rest}`;
    const file = files?.get(path === '/' ? '/index.html' : path);
    if (file !== undefined) return await sendFile(request, reply, path, file);
    if (!isView(path)) return reply.callNotFound();
    const page = files?.get('/index.html');
    if (page !== undefined) return await sendFile(request, reply, '/index.html', page);
    return await reply.code(503).type('text/html; charset=utf-8').send(missing);
  };
  for (const url of ['/', '/*']) server.get(url, { config: { isPublic: true } }, handler);
}

/** Whether a path can be one of the app's own: neither an asset nor a file beside the page. Names of VEs may have dots. */
function isView(path: string): boolean {
  return !path.startsWith(assets) && !/^\/[^/]*\.[^/]*$/.test(path);
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  file: WebFile,
): Promise<FastifyReply> {
  const coding = codingFor(file, request.headers['accept-encoding']);
  const { bytes, etag } = file.variants[coding] ?? file.variants.identity;
  const isPage = file.type.startsWith('text/html');
  reply.headers({
    etag,
    vary: 'accept-encoding',
    // the page names the assets of its release: an old one would ask for what is gone
    'cache-control': isPage ? 'no-store' : path.startsWith(assets) ? forever : 'no-cache',
  });
  if (isKnown(request, etag)) return await reply.code(304).send();
  if (coding !== 'identity') reply.header('content-encoding', coding);
  return await reply.type(file.type).send(bytes);
}

async function firstOf(
  dirs: readonly string[],
  failed: (dir: string, problem: string) => void,
): Promise<WebFiles | null> {
  for (const dir of dirs) {
    try {
      const files = await readWebFiles(dir);
      if (files.has('/index.html')) return files;
      failed(dir, 'it has no index.html');
    } catch (error) {
      failed(dir, (error as Error).message);
    }
  }
  return null;
}
