import { Agent, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import type { Operation, Problem } from '@insula/contract';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Body;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** An answer that a test did not expect. */
class UnexpectedAnswer extends Error {
  readonly problem: Problem;

  constructor(call: string, problem: Problem) {
    super(`${call}: ${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

/** The API of a node as a test sees it: nothing is checked or hidden on the way. */
export class TestApi {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: false });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** One call; `body` is sent as JSON, or as it is when it is a string, bytes or a stream. Any status is an answer. */
  async call<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Answer<Body>> {
    const response = await this.open(method, path, body, options);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const isJson = response.headers['content-type']?.includes('json') ?? false;
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: (isJson && text !== '' ? JSON.parse(text) : text) as Body,
    };
  }

  /** One call whose answer is read by the test. */
  async open(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof Readable;
      const headers = {
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      };
      const call = request(
        {
          socketPath: this.#socketPath,
          agent: this.#agent,
          method,
          path,
          headers,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        },
        resolve,
      );
      call.on('error', reject);
      if (body instanceof Readable) body.pipe(call);
      else if (body === undefined) call.end();
      else call.end(raw ? body : JSON.stringify(body));
    });
  }

  /** A call that must succeed, and its answer. @throws UnexpectedAnswer */
  async get<Body>(path: string): Promise<Body> {
    const answer = await this.call<Body>('GET', path);
    if (answer.status >= 400) throw new UnexpectedAnswer(`GET ${path}`, answer.body as Problem);
    return answer.body;
  }

  /** A call that must be refused, and the problem it is refused with. @throws Error when it is not */
  async refused(method: string, path: string, body?: unknown): Promise<Problem> {
    const answer = await this.call<Problem>(method, path, body);
    if (answer.status < 400) throw new Error(`${method} ${path} was not refused: ${answer.status}`);
    return answer.body;
  }

  /** Asks for a change and answers with the operation as it was accepted. @throws UnexpectedAnswer */
  async begin(method: string, path: string, body?: unknown): Promise<Operation> {
    const answer = await this.call<Operation>(method, path, body);
    if (answer.status !== 202) {
      throw new UnexpectedAnswer(`${method} ${path}`, answer.body as unknown as Problem);
    }
    return answer.body;
  }

  /** The operation once it has ended, however it did. */
  async ended(id: string): Promise<Operation> {
    for (let interval = 5; ; interval = Math.min(200, interval * 1.5)) {
      const operation = await this.get<Operation>(`/v1/operations/${id}`);
      if (operation.endedAt !== null) return operation;
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  }

  /** Asks for a change and waits for its end, however it ends. @throws UnexpectedAnswer when it is not accepted */
  async attempt(method: string, path: string, body?: unknown): Promise<Operation> {
    const { id } = await this.begin(method, path, body);
    return await this.ended(id);
  }

  /** Asks for a change that must succeed. @throws UnexpectedAnswer when it is refused or fails */
  async perform(method: string, path: string, body?: unknown): Promise<Operation> {
    const operation = await this.attempt(method, path, body);
    if (operation.error !== null) throw new UnexpectedAnswer(`${method} ${path}`, operation.error);
    if (operation.state !== 'succeeded') throw new Error(`${method} ${path}: ${operation.state}`);
    return operation;
  }
}
