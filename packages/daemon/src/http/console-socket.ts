import { ConsoleRequest, fault, operationTable, type StreamControl } from '@insula/contract';
import { allowed } from '@insula/ve';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { codeError } from '../code-error.ts';
import type { Node } from '../node.ts';
import { Gate } from './gate.ts';
import { routeOf } from './routes.ts';
import { SocketStream } from './socket-stream.ts';

/** What a client sees of the past when it attaches, unless it asks for another length. */
const defaultReplay = 16_384;

/**
 * Consoles over WebSockets. Output comes from conmon's log, so that everybody who attaches sees all of it, and a client that
 * comes back sees what it missed; keystrokes go to conmon's socket.
 */
export function registerConsole(server: FastifyInstance, node: Node): void {
  server.route({
    ...routeOf(operationTable['ve.console']),
    handler: async () => {
      throw fault('malformed_request', { problem: 'this call is a WebSocket' });
    },
    wsHandler: (socket: WebSocket, request) => {
      const { ve } = request.params as { readonly ve: string };
      const stream = new SocketStream(socket);
      attach(node, ve, stream).catch((error: unknown) => stream.fail(codeError(error)));
    },
  });
}

async function attach(node: Node, ve: string, stream: SocketStream): Promise<void> {
  const request = await stream.request<ConsoleRequest>(ConsoleRequest);
  const { spec } = allowed('ve.console', node.registry.find(ve));
  const { run, pool } = node.ports;
  const { consoles, consoleLogs } = node.host;
  const input = await consoles.open({ bundle: run.ve(spec.uuid).bundle });
  const done = new AbortController();
  const detach = () => done.abort();
  const unsubscribe = node.registry.onChange(({ entry }) => {
    if (entry.spec.uuid === spec.uuid && entry.runtime.init === null) detach();
  });
  try {
    if (request.terminal !== undefined) await input.resize(request.terminal.columns, request.terminal.rows);
    stream.handle({
      input(bytes) {
        stream.pauseInput();
        input.send(bytes).then(() => stream.resumeInput(), detach);
      },
      control(message: StreamControl) {
        if (message.kind === 'resize') input.resize(message.columns, message.rows).catch(detach);
        if (message.kind === 'eof') detach();
      },
      closed: detach,
    });
    const gate = new Gate();
    const output = consoleLogs.follow(pool.privateArea(spec.uuid).consoleLog, {
      tailBytes: request.replayBytes ?? defaultReplay,
      signal: done.signal,
    });
    for await (const bytes of output) {
      stream.send('output', bytes, gate);
      await gate.open;
    }
  } finally {
    unsubscribe();
    input.close();
  }
  stream.end({ kind: 'exit', code: 0, signal: null });
}
