import type { Socket } from 'node:net';
import { type CodedError, fault } from '@insula/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codeError } from '../code-error.ts';

/** Makes every failure an RFC 9457 answer with a code of the catalogue. */
export function answerErrors(server: FastifyInstance): void {
  server.setNotFoundHandler(async (request, reply) => {
    await sendProblem(
      reply,
      fault('no_such_route', { method: request.method, path: request.url.split('?')[0] ?? '' }),
    );
  });
  server.setErrorHandler(async (error, request, reply) => {
    const coded = codedAnswer(error, request);
    request.failure = coded.code;
    if (coded.status >= 500) request.log.error({ err: error, code: coded.code }, coded.message);
    await sendProblem(reply, coded);
  });
}

/** Answers paths that cannot be decoded or are far too long, before there is a route. */
export function answerBadPath(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // there is no route yet whose serializer could be used
  const { status, ...rest } = codedAnswer(error, request).toProblem();
  const text = JSON.stringify({ status, ...rest });
  void reply.code(status).type('application/problem+json').send(text);
}

/** Answers what is not HTTP, and closes the connection: where the next request would begin is not known. */
export function answerUnreadable(error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const { code = error.message } = error as NodeJS.ErrnoException;
  const body = JSON.stringify(fault('malformed_request', { problem: code }).toProblem());
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

async function sendProblem(reply: FastifyReply, error: CodedError): Promise<void> {
  await reply.code(error.status).type('application/problem+json').send(error.toProblem());
}

/** Bytes of a JSON body. Byte streams have no limit of their own. */
export const bodyLimit = 1_048_576;

/** What Fastify itself refuses, and everything below, in the words of the catalogue. */
function codedAnswer(error: unknown, { headers }: FastifyRequest): CodedError {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return fault('body_too_large', { limit: bodyLimit });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return fault('unsupported_media_type', { type: headers['content-type'] ?? 'none' });
  if (typeof code === 'string' && code.startsWith('FST_ERR_CTP'))
    return fault('malformed_request', { problem: message ?? code });
  if (error instanceof SyntaxError || code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return fault('malformed_request', { problem: message ?? '' });
  return codeError(error);
}
