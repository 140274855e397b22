import type { RunningCommand } from '../commands/command-runner.ts';

/** Characters of a line: a path and the text of a link, in hexadecimal digits, and some numbers. */
const longestLine = 20_000;

/** What a command prints: lines first, then perhaps bytes. */
export class PipeLines {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #signal: AbortSignal;
  #held = Buffer.alloc(0);

  constructor({ stdout }: RunningCommand, signal: AbortSignal) {
    if (stdout === null) throw new Error('a stream is missing');
    this.#chunks = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.#signal = signal;
  }

  /** The next line, without its end. @throws Error when there is none; the abort reason */
  async next(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(10);
      if (end !== -1) {
        const line = this.#held.toString('latin1', 0, end);
        this.#held = this.#held.subarray(end + 1);
        return line;
      }
      if (this.#held.length > longestLine) throw new Error('a line without an end');
      const { value, done } = await this.#chunk();
      if (done === true) throw new Error('the process that works on files of the VE has ended');
      this.#held = Buffer.concat([this.#held, value]);
    }
  }

  /** All that comes after the last line that was taken. */
  async *rest(): AsyncIterable<Buffer> {
    if (this.#held.length > 0) yield this.#held;
    for (;;) {
      const { value, done } = await this.#chunk();
      if (done === true) return;
      yield value;
    }
  }

  async #chunk(): Promise<IteratorResult<Buffer, undefined>> {
    this.#signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(this.#signal.reason as Error);
    this.#signal.addEventListener('abort', onAbort, { once: true });
    try {
      return (await Promise.race([this.#chunks.next(), promise])) as IteratorResult<Buffer, undefined>;
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
    }
  }
}
