import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { type NodeEvent, ServerSentEventParser } from '@insula/contract';

/** How the API is reached and who asks. */
export interface Access {
  readonly port: number;
  /** PEM of the node's authority. */
  readonly ca: string;
  /** `Cookie:` or `Authorization:`, by name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A client of the API over TLS with connections of its own, as a browser has: one for the events, one for its calls. */
export class ApiClient {
  readonly #access: Access;
  readonly #agent: Agent;
  #stream: IncomingMessage | undefined;

  constructor(access: Access) {
    this.#access = access;
    this.#agent = new Agent({ ca: access.ca, keepAlive: true, maxSockets: 2 });
  }

  /** Reads an answer whole. @throws Error for one that refuses */
  async get(path: string): Promise<{ readonly text: string; readonly headers: IncomingMessage['headers'] }> {
    return await this.call('GET', path);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly text: string; readonly headers: IncomingMessage['headers'] }> {
    const answer = await this.#open(method, path, body);
    let text = '';
    for await (const part of answer.setEncoding('utf8')) text += String(part);
    if ((answer.statusCode ?? 500) >= 400) throw new Error(text);
    return { text, headers: answer.headers };
  }

  /** Calls the listener with every event that arrives from now on. */
  async watch(listener: (event: NodeEvent) => void): Promise<void> {
    const stream = await this.#open('GET', '/v1/events');
    const parser = new ServerSentEventParser();
    stream.setEncoding('utf8').on('data', (text: string) => {
      for (const { data } of parser.feed(text)) listener(JSON.parse(data) as NodeEvent);
    });
    stream.on('error', () => undefined);
    this.#stream = stream;
  }

  close(): void {
    this.#stream?.destroy();
    this.#agent.destroy();
  }

  async #open(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const { port, headers } = this.#access;
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return await new Promise((resolve, reject) => {
      request({
        host: 'localhost',
        port,
        method,
        path,
        agent: this.#agent,
        headers: { ...headers, ...type, 'insula-request': '1' },
      })
        .once('response', resolve)
        .once('error', reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
