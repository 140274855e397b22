import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ErrorCode,
  type ErrorDetails,
  fault,
  type NodeEvent,
  type Operation,
  type VeSummary,
} from '@insula/contract';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly bytes: Buffer;
  readonly headers: IncomingMessage['headers'];
}

export type Handler = (seen: Seen, response: ServerResponse) => unknown;

/** A daemon for tests: real HTTP over a unix socket, answering what the test tells it to. */
export class FakeDaemon {
  readonly seen: Seen[] = [];
  /** Called with every WebSocket and the path it was opened on. */
  onSocket: ((socket: WebSocket, path: string) => void) | undefined;
  readonly #handlers = new Map<string, Handler>();
  readonly #directory: string;
  #server: Server;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#server = this.#create();
  }

  static async start(): Promise<FakeDaemon> {
    const daemon = new FakeDaemon(await mkdtemp(join(tmpdir(), 'insula-fake-')));
    await daemon.listen();
    return daemon;
  }

  get socketPath(): string {
    return join(this.#directory, 'insulad.sock');
  }

  /** Answers a call: what the handler returns becomes JSON; it may throw a CodedError or answer by itself. */
  on(call: string, handler: Handler): this {
    this.#handlers.set(call, handler);
    return this;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(this.socketPath, resolve);
    });
  }

  /** Goes away as if killed; `restart` brings it back. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async restart(): Promise<void> {
    this.#server = this.#create();
    await this.listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #create(): Server {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket, request) => this.onSocket?.(socket, request.url ?? ''));
    return server;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://insula');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const seen: Seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: request.headers['content-type'] === 'application/json' ? JSON.parse(bytes.toString()) : undefined,
      bytes,
      headers: request.headers,
    };
    this.seen.push(seen);
    const handler = this.#handlers.get(`${seen.method} ${seen.path}`);
    try {
      if (!handler) throw fault('no_such_route', { method: seen.method, path: seen.path });
      const answer = await handler(seen, response);
      if (response.headersSent) return;
      const status =
        isOperation(answer) && seen.method !== 'GET' && !seen.path.endsWith('/cancel') ? 202 : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? null));
    } catch (error) {
      sendProblem(response, error);
    }
  }
}

function isOperation(answer: unknown): answer is Operation {
  return typeof answer === 'object' && answer !== null && 'steps' in answer && 'progress' in answer;
}

function sendProblem(response: ServerResponse, error: unknown): void {
  const problem = (error as ReturnType<typeof fault>).toProblem();
  response
    .writeHead(problem.status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify(problem));
}

/** A handler that refuses. */
export function refuse(code: ErrorCode, details: ErrorDetails = {}): Handler {
  return () => {
    throw fault(code, details);
  };
}

/** A handler that sends Server-Sent Events and keeps the stream open unless told to end it. */
export function sendEvents(
  events: readonly NodeEvent[],
  { end = false }: { readonly end?: boolean } = {},
): Handler {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': connected\n\n');
    for (const event of events)
      response.write(`id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
    if (end) response.end();
  };
}

export function fakeOperation(given: Partial<Operation> & { readonly name?: string } = {}): Operation {
  const { name = 'web1', ...rest } = given;
  return {
    id: 'op-1',
    kind: 've.start',
    target: { kind: 've', id: `uuid-of-${name}`, name },
    state: 'running',
    progress: 0.5,
    message: 'starting init',
    cancellable: true,
    createdAt: '2026-11-21T10:00:00.000Z',
    startedAt: '2026-11-21T10:00:00.000Z',
    endedAt: null,
    steps: [],
    log: [],
    recovery: null,
    result: null,
    error: null,
    ...rest,
  };
}

export function operationEvent(id: number, operation: Operation): NodeEvent {
  return { id, at: '2026-11-21T10:00:00.000Z', kind: 'operation', operation };
}

export function fakeVe(given: Partial<VeSummary> = {}): VeSummary {
  return {
    uuid: '00000000-0000-4000-8000-000000000001',
    ctid: 101,
    name: 'web1',
    state: 'running',
    transition: null,
    template: 'debian-12@20261121.1',
    hostname: 'web1',
    addresses: ['10.101.0.2'],
    onboot: 'no',
    bootorder: 0,
    description: '',
    init: 4711,
    startedAt: '2026-11-21T10:00:00.000Z',
    ...given,
  };
}
