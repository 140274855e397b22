import {
  asCodedError,
  fault,
  maxStreamFrame,
  StreamControl,
  type StreamEnd,
  streamChannel,
} from '@insula/contract';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import { compileValidator } from './validation.ts';

/** Bytes that may wait in a socket before its source is paused. */
const highWater = 1_048_576;

/** Milliseconds between two pings: a client that went while nothing is read from it is noticed by writing to it. */
const pingInterval = 10_000;

/** Where output comes from. */
interface Source {
  pause(): void;
  resume(): void;
}

/** What a client of exec or console sends after its request. */
export interface StreamHandlers {
  input(bytes: Buffer): void;
  control(message: StreamControl): void;
  /** The client has gone. */
  closed(): void;
}

const control = Compile(StreamControl);

/** One WebSocket of exec or console, server side: the protocol of the contract's `exec.ts`, with back-pressure both ways. */
export class SocketStream {
  readonly #socket: WebSocket;
  #handlers: StreamHandlers | undefined;
  readonly #early: (Buffer | StreamControl)[] = [];
  readonly #paused = new Set<Source>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    const pings = setInterval(() => socket.ping(), pingInterval).unref();
    socket.once('close', () => {
      clearInterval(pings);
      // Nobody reads any more: what still comes is dropped, and a source that stood still would never end.
      for (const source of this.#paused) source.resume();
    });
  }

  /** The first frame, checked; the rest waits until somebody handles it. @throws CodedError invalid_input, unknown_field, malformed_request */
  async request<Request>(schema: TSchema): Promise<Request> {
    const { promise, resolve, reject } = Promise.withResolvers<Request>();
    let first = true;
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (first) {
        first = false;
        this.#socket.pause();
        try {
          resolve(checkRequest(schema, data, isBinary) as Request);
        } catch (error) {
          reject(asCodedError(error));
        }
        return;
      }
      this.#received(data, isBinary);
    });
    this.#socket.once('close', () => reject(fault('cancelled')));
    return await promise;
  }

  /** From here on frames go to the handlers, beginning with those that came early. */
  handle(handlers: StreamHandlers): void {
    this.#handlers = handlers;
    if (this.#socket.readyState === this.#socket.CLOSED) return handlers.closed();
    this.#socket.once('close', () => handlers.closed());
    for (const frame of this.#early.splice(0)) this.#dispatch(frame);
    this.#socket.resume();
  }

  pauseInput(): void {
    this.#socket.pause();
  }

  resumeInput(): void {
    this.#socket.resume();
  }

  /** Sends output of one channel; when the client falls behind, `pause` is called now and `resume` once it has caught up or gone. */
  send(channel: keyof typeof streamChannel, bytes: Uint8Array, source: Source): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    for (let offset = 0; offset < bytes.length; offset += maxStreamFrame - 1) {
      const part = bytes.subarray(offset, offset + maxStreamFrame - 1);
      const frame = Buffer.allocUnsafe(part.length + 1);
      frame[0] = streamChannel[channel];
      frame.set(part, 1);
      this.#socket.send(frame, () => {
        if (this.#socket.bufferedAmount < highWater / 2 && this.#paused.delete(source)) source.resume();
      });
    }
    if (this.#socket.bufferedAmount <= highWater) return;
    this.#paused.add(source);
    source.pause();
  }

  end(message: StreamEnd): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    // Else the client's answer to the close would not be heard.
    this.#socket.resume();
    this.#socket.send(JSON.stringify(message), () => this.#socket.close(1000));
  }

  fail(error: unknown): void {
    this.end({ kind: 'error', problem: asCodedError(error).toProblem() });
  }

  #received(data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? data : parseControl(data);
    if (frame === undefined)
      return this.fail(fault('malformed_request', { problem: 'not a control message' }));
    if (this.#handlers === undefined) this.#early.push(frame);
    else this.#dispatch(frame);
  }

  #dispatch(frame: Buffer | StreamControl): void {
    try {
      if (Buffer.isBuffer(frame)) this.#handlers?.input(frame);
      else this.#handlers?.control(frame);
    } catch (error) {
      // Thrown on, it would end the daemon.
      this.fail(error);
    }
  }
}

function checkRequest(schema: TSchema, data: Buffer, isBinary: boolean): unknown {
  if (isBinary) throw fault('malformed_request', { problem: 'the first frame must be a request in JSON' });
  let value: unknown;
  try {
    value = JSON.parse(data.toString());
  } catch (error) {
    throw fault('malformed_request', { problem: (error as Error).message });
  }
  const checked = compileValidator(schema, 'body')(value);
  if ('error' in checked) throw checked.error;
  return checked.value;
}

function parseControl(data: Buffer): StreamControl | undefined {
  try {
    const value: unknown = JSON.parse(data.toString());
    return control.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
