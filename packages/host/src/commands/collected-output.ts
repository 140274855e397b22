import type { Readable } from 'node:stream';

/** Everything that a stream says, up to a limit. */
export class CollectedOutput {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** `onTooMuch` is called once, when there is more than the limit; what comes after that is dropped. */
  constructor(stream: Readable | null | undefined, limitBytes: number, onTooMuch: () => void) {
    stream?.on('data', (chunk: Buffer) => {
      const room = limitBytes - this.#bytes;
      if (room <= 0 && this.#bytes > limitBytes) return;
      this.#bytes += chunk.length;
      this.#chunks.push(chunk.subarray(0, Math.max(0, room)));
      if (chunk.length > room) onTooMuch();
    });
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
