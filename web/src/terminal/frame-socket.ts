import {
  CodedError,
  fault,
  maxStreamFrame,
  type OperationId,
  type Problem,
  requestOf,
  requestPath,
  type StreamControl,
  type StreamEnd,
  streamChannel,
} from '@insula/contract';

interface FrameHandlers {
  readonly onOutput: (bytes: Uint8Array) => void;
  /** The command has ended, or the VE has. */
  readonly onExit: (code: number) => void;
  readonly onFailure: (error: Error) => void;
}

/** The browser's side of the exec and console protocol (see `ExecRequest` in the contract). */
export class FrameSocket {
  readonly #socket: WebSocket;
  #isOver = false;

  /** Opens the socket of a call and sends its first frame. */
  constructor(
    id: Extract<OperationId, 've.exec' | 've.console'>,
    ve: string,
    first: object,
    { onOutput, onExit, onFailure }: FrameHandlers,
  ) {
    const url = new URL(requestPath(requestOf(id, { params: { ve } })), location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => socket.send(JSON.stringify(first));
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== 'string') {
        const bytes = new Uint8Array(data);
        if (bytes[0] === streamChannel.output || bytes[0] === streamChannel.error)
          onOutput(bytes.subarray(1));
        return;
      }
      this.#isOver = true;
      const end = JSON.parse(data) as StreamEnd;
      if (end.kind === 'exit') onExit(end.code);
      else onFailure(CodedError.fromProblem(end.problem as Problem));
    };
    socket.onclose = () => {
      if (this.#isOver) return;
      this.#isOver = true;
      onFailure(fault('daemon_unavailable', { socket: location.host, problem: 'the connection closed' }));
    };
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    for (let start = 0; start < bytes.length; start += maxStreamFrame)
      this.#socket.send(bytes.subarray(start, start + maxStreamFrame));
  }

  control(message: StreamControl): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Ends it without telling anybody. */
  close(): void {
    this.#isOver = true;
    this.#socket.close();
  }
}
