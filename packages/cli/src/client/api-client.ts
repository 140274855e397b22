import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  abridged,
  type CallRequest,
  CodedError,
  fault,
  parseAnswer,
  problemOf,
  requestPath,
} from '@insula/contract';

export interface Answer<Result> {
  readonly status: number;
  readonly result: Result;
}

/** Told of every request and answer; `--debug` prints them. */
export type Trace = (line: string) => void;

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** What to send instead of the body of the call. */
  readonly stream?: Readable;
  readonly signal?: AbortSignal | undefined;
}

/** A node elsewhere. */
export interface Remote {
  /** https://HOST:PORT */
  readonly url: string;
  /** PEM of the authority that its certificate is checked with; null: those that this machine trusts. */
  readonly authority: string | null;
  /** What proves the caller. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls of the API over the socket of insulad, or over TLS. */
export class ApiClient {
  readonly socketPath: string;
  readonly remote: Remote | undefined;
  readonly #trace: Trace | undefined;

  constructor({
    socketPath,
    remote,
    trace,
  }: {
    readonly socketPath: string;
    readonly remote?: Remote | undefined;
    readonly trace?: Trace | undefined;
  }) {
    this.socketPath = socketPath;
    this.remote = remote;
    this.#trace = trace;
  }

  /** Where it is sent, for people. */
  get place(): string {
    return this.remote?.url ?? this.socketPath;
  }

  /**
   * Makes a call and reads its answer as JSON (null when there is none).
   * @throws CodedError what the daemon answered, or daemon_unavailable
   */
  async call<Result>(request: CallRequest, options: SendOptions = {}): Promise<Answer<Result>> {
    const response = await this.open(request, options);
    const text = await textOf(response);
    this.#trace?.(`  ${abridged(text)}`);
    return { status: response.statusCode ?? 0, result: (text === '' ? null : parseAnswer(text)) as Result };
  }

  /**
   * Makes a call whose answer is a stream; the caller reads it.
   * @throws CodedError what the daemon answered, or daemon_unavailable
   */
  async open(request: CallRequest, options: SendOptions = {}): Promise<IncomingMessage> {
    const path = requestPath(request);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const started = performance.now();
    this.#trace?.(`> ${request.definition.method} ${path}${body === undefined ? '' : ` ${abridged(body)}`}`);
    const response = await this.#send(request.definition.method, path, body, options);
    const status = response.statusCode ?? 0;
    this.#trace?.(`< ${status} in ${(performance.now() - started).toFixed(1)} ms`);
    if (status < 400) return response;
    const text = await textOf(response);
    this.#trace?.(`  ${abridged(text)}`);
    throw problemOf(text, status);
  }

  async #send(
    method: string,
    path: string,
    body: string | undefined,
    options: SendOptions,
  ): Promise<IncomingMessage> {
    const headers = {
      ...(this.remote === undefined ? { host: 'insula' } : this.remote.headers),
      accept: 'application/json, application/problem+json, */*',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      ...options.headers,
    };
    // loaded where it is needed: TLS takes longer to load than a local call takes
    const open = this.remote === undefined ? httpRequest : (await import('./https-request.ts')).httpsRequest;
    const target = this.remote === undefined ? { socketPath: this.socketPath } : connectionTo(this.remote);
    return await new Promise((resolve, reject) => {
      const request = open({
        ...target,
        method,
        path,
        headers,
        ...(options.signal ? { signal: options.signal } : {}),
      });
      request.once('response', resolve);
      let failed: Error | undefined;
      request.once('error', (error: NodeJS.ErrnoException) => reject(failed ?? this.#unreachable(error)));
      if (options.stream) {
        // what cannot be read here is no fault of the daemon's
        options.stream.once('error', (error: Error) => {
          failed = error;
        });
        // an early answer (an error) closes the request under the stream; that answer is what counts
        pipeline(options.stream, request).catch((error: unknown) => {
          request.destroy(error instanceof Error ? error : new Error(String(error)));
        });
      } else {
        request.end(body);
      }
    });
  }

  #unreachable(error: NodeJS.ErrnoException): Error {
    if (error.name === 'AbortError' || error instanceof CodedError) return error;
    return fault('daemon_unavailable', { socket: this.place, problem: reasonOf(error) }, { cause: error });
  }
}

/** How the certificate of a node is checked. */
export function trustOf({ authority }: Remote): { readonly ca?: string } {
  return authority === null ? {} : { ca: authority };
}

function connectionTo(remote: Remote) {
  const { hostname, port } = new URL(remote.url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 443 : Number(port),
    ...trustOf(remote),
  };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such socket';
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'EACCES':
      return 'permission denied; only root may use it';
    default:
      return error.message;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw fault(
      'daemon_unavailable',
      { socket: 'its socket', problem: 'the connection broke' },
      { cause: error },
    );
  }
  return Buffer.concat(chunks).toString();
}
