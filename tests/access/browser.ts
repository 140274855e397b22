import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { NodeEvent } from '@insula/contract';
import { WebSocket } from 'ws';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
}

interface Sent {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What pages of the node's own origin send with their requests. */
const ofOwnPage = (origin: string) => ({
  origin,
  'sec-fetch-site': 'same-origin',
  'insula-request': '1',
});

/** A browser with a page of the node's own origin open: it keeps the cookies of the node, as browsers do. */
export class Browser {
  readonly origin: string;
  readonly #ca: string;
  readonly #from: string;
  readonly #cookies = new Map<string, string>();

  /** `from`: address of the loopback device that it comes from. */
  constructor({
    origin,
    ca,
    from = '127.0.0.1',
  }: {
    readonly origin: string;
    readonly ca: string;
    readonly from?: string;
  }) {
    this.origin = origin;
    this.#ca = ca;
    this.#from = from;
  }

  get cookie(): string {
    return [...this.#cookies].map((pair) => pair.join('=')).join('; ');
  }

  /** Has it hold this cookie and no other. */
  set cookie(pair: string) {
    this.#cookies.clear();
    this.#keep(pair);
  }

  #keep(pair: string): void {
    const [name = '', value = ''] = pair.split('=', 2);
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  async ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
    const content = typeof body === 'object' ? JSON.stringify(body) : body;
    const response = await this.#send(
      path,
      {
        method,
        headers: {
          ...ofOwnPage(this.origin),
          ...(content === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(content)) }),
          ...headers,
        },
      },
      content,
    );
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  }

  async logIn(login: object): Promise<Answer> {
    return await this.ask('/v1/sessions', { method: 'POST', body: login });
  }

  /** What the stream tells until `enough`; then it is closed. */
  async listen<Data = NodeEvent>(
    path: string,
    enough: (heard: readonly { readonly id: string; readonly data: Data }[]) => boolean,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<readonly { readonly id: string; readonly data: Data }[]> {
    const response = await this.#send(path, { headers: { 'sec-fetch-site': 'same-origin', ...headers } });
    if (response.statusCode !== 200)
      throw new Error(`${path}: ${response.statusCode} ${await text(response)}`);
    const heard: { readonly id: string; readonly data: Data }[] = [];
    let rest = '';
    for await (const chunk of response) {
      const parts = (rest + String(chunk)).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        const id = /^id: (.*)$/m.exec(part)?.[1] ?? '';
        if (data !== undefined) heard.push({ id, data: JSON.parse(data) as Data });
      }
      if (enough(heard)) break;
    }
    return heard;
  }

  /** A WebSocket with the cookie, as pages of an origin open it: they choose no header but that. */
  socket(path: string, origin: string = this.origin): WebSocket {
    const headers = { origin, cookie: this.cookie };
    return new WebSocket(`${this.origin.replace('https', 'wss')}${path}`, { ca: this.#ca, headers });
  }

  async #send(path: string, options: Sent, content?: string): Promise<IncomingMessage> {
    const headers = { ...options.headers, ...(this.cookie === '' ? {} : { cookie: this.cookie }) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${this.origin}${path}`, {
        ca: this.#ca,
        agent: false,
        localAddress: this.#from,
        ...options,
        headers,
      })
        .once('error', reject)
        .once('response', resolve)
        .end(content);
    });
    for (const set of response.headers['set-cookie'] ?? []) this.#keep(set.split(';')[0] ?? '');
    return response;
  }
}

/** Status that a WebSocket is answered with: 101 when it opens. */
export async function statusOf(socket: WebSocket): Promise<number> {
  return await new Promise((resolve, reject) => {
    socket
      .once('open', () => resolve(101))
      .once('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0))
      .on('error', reject);
  });
}
