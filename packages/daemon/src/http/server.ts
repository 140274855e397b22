import { chmodSync, rmSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { connect } from 'node:net';
import websocket from '@fastify/websocket';
import { fault, maxStreamFrame, openApiDocument } from '@insula/contract';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { applicationChanges } from '../calls/application-calls.ts';
import { archiveChanges } from '../calls/archive-calls.ts';
import { checkpointChanges } from '../calls/checkpoint-calls.ts';
import { copyChanges } from '../calls/copy-calls.ts';
import { evacuationChanges } from '../calls/evacuation-calls.ts';
import { reads } from '../calls/reads.ts';
import { templateChanges } from '../calls/template-changes.ts';
import { veChanges } from '../calls/ve-changes.ts';
import { vzfsChanges } from '../calls/vzfs-calls.ts';
import { type Edit, editEvent } from '../events/edit-event.ts';
import type { Node } from '../node.ts';
import { version } from '../version.ts';
import { registerWebApp } from '../web-app/web-app.ts';
import { guard } from './access-hooks.ts';
import { registerAuditExport } from './audit-stream.ts';
import { registerConsole } from './console-socket.ts';
import { type Door, localDoor } from './doors.ts';
import { answerBadPath, answerErrors, answerUnreadable, bodyLimit } from './errors.ts';
import { registerEvents } from './event-stream.ts';
import { registerExec } from './exec-socket.ts';
import { registerFileContents } from './file-contents.ts';
import { registerFiles } from './file-streams.ts';
import { securityHeaders, strictTransport } from './headers.ts';
import { registerLog } from './log-stream.ts';
import { registerMetrics } from './metrics-server.ts';
import { registerReadings } from './reading-stream.ts';
import { registerRoutes } from './routes.ts';
import { registerUsageExport } from './usage-export.ts';
import { compileValidator } from './validation.ts';

/** The HTTP face of a node, not listening yet. */
export async function createServer(
  node: Node,
  log: Logger,
  door: Door = localDoor(node),
  https?: ServerOptions,
): Promise<FastifyInstance> {
  const options = {
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    forceCloseConnections: true,
    frameworkErrors: answerBadPath,
    clientErrorHandler: answerUnreadable,
    // longer than any name there is: which field is wrong is said by its schema
    routerOptions: { maxParamLength: 1024 },
  };
  const server = (https === undefined ? fastify(options) : fastify({ ...options, https })) as FastifyInstance;
  server.setValidatorCompiler(({ schema, httpPart }) =>
    compileValidator(schema as TSchema, (httpPart ?? 'body') as Parameters<typeof compileValidator>[1]),
  );
  // Views are plain data already; a second description of them would only cost time.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  answerErrors(server);
  const headers = { ...securityHeaders, ...(https === undefined ? {} : strictTransport) };
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers);
  });
  guard(server, node, door);
  await server.register(websocket, {
    options: { maxPayload: 2 * maxStreamFrame, perMessageDeflate: false },
    preClose: endSockets,
  });
  // Node lets go of a connection that asks to become another protocol: one that was refused would stay open for good
  server.addHook('onResponse', async ({ headers, raw }) => {
    if (headers.upgrade !== undefined) raw.socket.destroySoon();
  });
  const calls = {
    reads: reads(node),
    changes: {
      ...veChanges(node),
      ...copyChanges(node),
      ...archiveChanges(node),
      ...checkpointChanges(node),
      ...evacuationChanges(node),
      ...templateChanges(node),
      ...applicationChanges(node),
      ...vzfsChanges(node),
    },
    engine: node.engine,
    gatekeeper: node.access.gatekeeper,
    repetitions: node.access.repetitions,
    edited: (edit: Edit) => node.hub.publish(editEvent(edit, (ve) => node.registry.lookUp(ve)?.spec ?? null)),
  };
  registerRoutes(server, calls);
  registerEvents(server, node);
  registerReadings(server, node);
  registerMetrics(server, node);
  registerUsageExport(server, node);
  registerExec(server, node);
  registerConsole(server, node);
  registerLog(server, node);
  registerFiles(server, node);
  registerFileContents(server, node);
  registerAuditExport(server, node);
  const document = openApiDocument({ version });
  if (door.kind === 'network') await registerWebApp(server, node);
  server.get('/v1/openapi.json', { config: { isForAll: true } }, async () => document);
  await server.ready();
  return server;
}

/** Milliseconds that clients of exec and console get to take leave when the daemon ends. */
const farewell = 1_000;

/** One that does not answer would hold the server open: it is cut off. */
function endSockets(this: FastifyInstance, done: () => void): void {
  const { clients } = this.websocketServer;
  for (const client of clients) client.close(1001, 'insulad is shutting down');
  const cutOff = () => {
    for (const client of clients) client.terminate();
  };
  setTimeout(cutOff, farewell).unref();
  done();
}

/**
 * To be called before a daemon touches anything: two would undo each other's work.
 * @throws CodedError already_running when another daemon listens on the socket
 */
export async function refuseSecond(path: string): Promise<void> {
  if (await answers(path)) throw fault('already_running', { path });
}

/**
 * Listens on a unix socket that only root can open. Who opens it in the moment before is still refused by `onlyRoot`; a umask, which
 * counts for the whole process, would spoil what others make at the same time.
 * @throws CodedError already_running when another daemon listens there
 */
export async function listen(server: FastifyInstance, path: string): Promise<void> {
  await refuseSecond(path);
  rmSync(path, { force: true });
  await server.listen({ path });
  chmodSync(path, 0o600);
}

async function answers(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
