import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Context, Input, Output } from './context.ts';

/** What was written, as text. */
export class FakeOutput extends PassThrough {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly #chunks: Buffer[] = [];

  constructor({
    terminal = false,
    columns,
  }: { readonly terminal?: boolean; readonly columns?: number } = {}) {
    super();
    this.isTTY = terminal;
    this.columns = columns;
    this.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

export interface FakeContext extends Context {
  readonly stdin: Input & PassThrough & { rawModes: boolean[] };
  readonly stdout: Output & FakeOutput;
  readonly stderr: Output & FakeOutput;
  readonly signals: EventEmitter;
}

/** The surroundings of a command, for tests: nothing of the process is touched. */
export function fakeContext({
  terminal = false,
  columns = 80,
  environment = {},
}: {
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
} = {}): FakeContext {
  const rawModes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: terminal,
    rawModes,
    setRawMode: (raw: boolean) => rawModes.push(raw),
  });
  const size = terminal ? { terminal, columns } : { terminal };
  return {
    stdin,
    stdout: new FakeOutput(size),
    stderr: new FakeOutput(size),
    environment: { LANG: 'C.UTF-8', ...(terminal ? { TERM: 'xterm-256color' } : {}), ...environment },
    signals: new EventEmitter(),
  };
}
