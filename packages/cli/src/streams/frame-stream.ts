import {
  CodedError,
  fault,
  maxStreamFrame,
  type Problem,
  type StreamControl,
  type StreamEnd,
  streamChannel,
} from '@insula/contract';
import type { RawData, WebSocket } from 'ws';
import type { Output } from '../context.ts';
import { RawOutput } from './raw-output.ts';

type Exit = Extract<StreamEnd, { kind: 'exit' }>;

interface FrameOutputs {
  readonly output: Output;
  readonly error: Output;
  /** The output is a terminal in raw mode. */
  readonly raw: boolean;
}

/**
 * Our side of the exec and console protocol (see `ExecRequest` in the contract): frames in, frames out, and the end. The socket is read
 * only as fast as the outputs take it.
 */
export class FrameStream {
  readonly #socket: WebSocket;
  readonly #outputs: { readonly [channel: number]: Output };
  readonly #blocked = new Set<Output>();
  readonly #raw: RawOutput | undefined;

  constructor(socket: WebSocket, { output, error, raw }: FrameOutputs) {
    this.#socket = socket;
    this.#raw = raw ? new RawOutput() : undefined;
    this.#outputs = { [streamChannel.output]: output, [streamChannel.error]: error };
  }

  /**
   * Sends the first frame and settles when the command has ended and all its output is written.
   * @throws CodedError what the daemon says, or daemon_unavailable when it went away in the middle
   */
  run(first: object): Promise<Exit> {
    const ended = new Promise<Exit>((resolve, reject) => {
      const lost = (problem: string) =>
        reject(fault('daemon_unavailable', { socket: 'its socket', problem }));
      this.#socket.on('message', (data, isBinary) => {
        const bytes = asBuffer(data);
        if (isBinary) this.#write(bytes);
        else settle(bytes, resolve, reject);
      });
      this.#socket.once('close', () => lost('the connection closed before the end of the command'));
      this.#socket.once('error', (error) => lost(error.message));
    });
    this.#socket.resume();
    this.#socket.send(JSON.stringify(first));
    return ended.then(async (exit) => {
      await Promise.all(Object.values(this.#outputs).map(flushed));
      return exit;
    });
  }

  /** Sends bytes of standard input; settles when the kernel has taken them. */
  async send(bytes: Buffer): Promise<void> {
    for (let start = 0; start < bytes.length; start += maxStreamFrame) {
      await this.#send(bytes.subarray(start, start + maxStreamFrame));
    }
  }

  control(message: StreamControl): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket.close();
  }

  #send(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      // after the end of the command nobody reads its input: that is no error
      this.#socket.send(bytes, () => resolve());
    });
  }

  #write(frame: Buffer): void {
    const output = this.#outputs[frame[0] ?? 0];
    const bytes = frame.subarray(1);
    if (!output || output.write(this.#raw?.feed(bytes) ?? bytes) || this.#blocked.has(output)) return;
    this.#blocked.add(output);
    this.#socket.pause();
    output.once('drain', () => {
      this.#blocked.delete(output);
      if (this.#blocked.size === 0) this.#socket.resume();
    });
  }
}

function settle(bytes: Buffer, resolve: (exit: Exit) => void, reject: (error: Error) => void): void {
  const end = JSON.parse(bytes.toString()) as StreamEnd;
  if (end.kind === 'exit') resolve(end);
  else reject(CodedError.fromProblem(end.problem as Problem));
}

function flushed(output: Output): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** The exit code of a shell: the command's own, or 128 + the signal that ended it. */
export function shellCode({ code, signal }: Exit): number {
  return signal === null ? code & 0xff : 128 + signal;
}
