import { connect } from 'node:net';
import {
  type ConsoleRequest,
  type ExecRequest,
  maxStreamFrame,
  type Problem,
  type StreamControl,
  type StreamEnd,
  streamChannel,
} from '@insula/contract';
import { WebSocket } from 'ws';
import { eventually } from './eventually.ts';

/** A client of exec or console that sends what a test tells it to, frame by frame, and keeps what comes. */
export class GuestStream {
  readonly #socket: WebSocket;
  readonly #output: Buffer[] = [];
  readonly #error: Buffer[] = [];
  #end: StreamEnd | undefined;
  /** Settles when the socket has closed; undefined when it closed without saying how the command ended. */
  readonly closed: Promise<StreamEnd | undefined>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) this.#end = JSON.parse(data.toString()) as StreamEnd;
      else if (data[0] === streamChannel.output) this.#output.push(data.subarray(1));
      else if (data[0] === streamChannel.error) this.#error.push(data.subarray(1));
      else throw new Error(`a frame of channel ${data[0]}`);
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(this.#end)));
  }

  /** Opens the WebSocket of a call and sends the first frame. @throws Error when it is refused before that */
  static async open(
    socketPath: string,
    path: string,
    request: ExecRequest | ConsoleRequest | string,
  ): Promise<GuestStream> {
    const socket = new WebSocket(`ws://insula${path}`, {
      createConnection: () => connect(socketPath),
      perMessageDeflate: false,
      maxPayload: 2 * maxStreamFrame,
    });
    const stream = new GuestStream(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.send(typeof request === 'string' ? request : JSON.stringify(request));
    return stream;
  }

  get output(): Buffer {
    return Buffer.concat(this.#output);
  }

  get error(): Buffer {
    return Buffer.concat(this.#error);
  }

  /** Settles when output holds some text. */
  async shows(wanted: string | RegExp): Promise<void> {
    await eventually(`output with ${String(wanted)}`, () => {
      const text = this.output.toString();
      return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
    });
  }

  /** Sends standard input; settles when it has left. */
  async send(input: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(input);
    for (let start = 0; start < bytes.length; start += maxStreamFrame) {
      const part = bytes.subarray(start, start + maxStreamFrame);
      await new Promise<void>((resolve) => this.#socket.send(part, () => resolve()));
    }
  }

  control(message: StreamControl): void {
    this.#socket.send(JSON.stringify(message));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Goes away as a client does that was killed. */
  vanish(): void {
    this.#socket.terminate();
  }

  /** How the command ended. @throws Error with the problem when it could not be run or the connection was lost */
  async exit(): Promise<{ readonly code: number; readonly signal: number | null }> {
    const end = await this.closed;
    if (end === undefined) throw new Error('the connection was lost');
    if (end.kind === 'error')
      throw new Error(`${(end.problem as Problem).code}: ${(end.problem as Problem).detail}`);
    return end;
  }
}
