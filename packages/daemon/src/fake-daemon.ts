import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { NodeConfig, type Operation } from '@insula/contract';
import { FakeHost } from '@insula/host';
import { poolLayout } from '@insula/vzfs';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { networkDoor } from './http/doors.ts';
import { createServer, listen } from './http/server.ts';
import { compileValidator } from './http/validation.ts';
import { type Node, startNode } from './node.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly type?: string;
}

const template = {
  name: 'debian-12',
  version: '20261121.1',
  title: 'Debian 12',
  distribution: 'debian',
  release: '12',
  init: 'systemd',
  bytes: 1,
  files: 1,
  createdAt: '2026-11-21T20:00:00.000Z',
};

/** A daemon on a host in memory, with a real socket and a real database. */
export class FakeDaemon {
  readonly dir = mkdtempSync(`${tmpdir()}/insulad-`);
  readonly host = new FakeHost();
  readonly config: NodeConfig;
  #running: { readonly node: Node; readonly server: FastifyInstance } | undefined;

  constructor(settings: object = {}) {
    const paths = { stateDir: this.dir, runDir: this.dir, pool: '/pool', templatesDir: '/templates' };
    const checked = compileValidator(NodeConfig, 'config')({ ...paths, ...settings });
    if ('error' in checked) throw checked.error;
    this.config = checked.value as NodeConfig;
  }

  static async start(settings: object = {}): Promise<FakeDaemon> {
    const daemon = new FakeDaemon(settings);
    const { files } = daemon.host;
    await files.makeDir('/proc/self');
    await files.makeDir('/proc/sys/kernel/random');
    await files.writeAtomic('/proc/sys/kernel/random/boot_id', 'boot-1');
    await files.writeAtomic(
      '/proc/self/limits',
      'Max open files            1024                 4096     files\n',
    );
    const layer = poolLayout('/pool').layer(template.name, template.version);
    await files.makeDir(layer.root);
    await files.writeAtomic(layer.description, JSON.stringify(template));
    await daemon.boot();
    return daemon;
  }

  get node(): Node {
    if (this.#running === undefined) throw new Error('the daemon does not run');
    return this.#running.node;
  }

  get socket(): string {
    return `${this.dir}/insulad.sock`;
  }

  async boot(): Promise<void> {
    const log = pino({ level: 'silent' });
    const node = await startNode(this.config, this.host, log);
    const server = await createServer(node, log);
    await listen(server, this.socket);
    this.#running = { node, server };
  }

  async stop(): Promise<void> {
    await this.#running?.server.close();
    await this.#running?.node.stop();
    this.#running = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** A call as it goes over the wire; a body that is no text goes as JSON. */
  async call(
    method: string,
    path: string,
    { body, type = 'application/json' }: CallOptions = {},
  ): Promise<Answer> {
    const response = await this.open(method, path, { body, type });
    const content = await text(response);
    const isJson = /json/.test(response.headers['content-type'] ?? '');
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: isJson ? (JSON.parse(content) as unknown) : content,
    };
  }

  /** The answer to a call while it is still coming. */
  async open(
    method: string,
    path: string,
    { body, type, lastEventId }: CallOptions & { readonly lastEventId?: number } = {},
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const content = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const headers = {
      ...(content === undefined ? {} : { 'content-type': type }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    };
    request({ socketPath: this.socket, agent: false, method, path, headers }, resolve)
      .on('error', reject)
      .end(content);
    return await promise;
  }

  /** Does an operation to its end. */
  async perform(method: string, path: string, body?: unknown): Promise<Operation> {
    const { status, body: answer } = await this.call(method, path, { body });
    if (status !== 202) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
    const { id } = answer as Operation;
    await this.node.engine.finished(id);
    return (await this.call('GET', `/v1/operations/${id}`)).body as Operation;
  }

  /** The API as it is served over the network, to be asked without one. */
  async network(): Promise<FastifyInstance> {
    return await createServer(this.node, pino({ level: 'silent' }), networkDoor(this.node));
  }

  connect(path: string): WebSocket {
    return new WebSocket(`ws://localhost${path}`, { createConnection: () => connect(this.socket) });
  }
}
