import { Readable } from 'node:stream';

export interface Pace {
  /** Bytes a second at most; without it as fast as it goes. */
  readonly bandwidth?: number | undefined;
  /** Called with the bytes that have passed. */
  readonly passed?: (bytes: number) => void;
  /** Milliseconds, from any moment on. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const bufferBytes = 1_048_576;

/** The same stream, held to a bandwidth over the whole of it, and counted. An error of the one is an error of the other. */
export function paced(stream: Readable, pace: Pace): Readable {
  return Readable.from(pass(stream, pace), { objectMode: false, highWaterMark: bufferBytes });
}

async function* pass(stream: Readable, { bandwidth, passed, now, sleep }: Pace): AsyncGenerator<Buffer> {
  const begun = now();
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    yield chunk;
    bytes += chunk.length;
    passed?.(bytes);
    const early = bandwidth === undefined ? 0 : (bytes / bandwidth) * 1000 - (now() - begun);
    if (early > 0) await sleep(early);
  }
}

/** How far a transfer is, in words: '12 of 340 MiB, 15 s left'. */
export function transferText(bytes: number, total: number, milliseconds: number): string {
  const mebibytes = (count: number) => Math.round(count / 1_048_576);
  const amount = `${mebibytes(bytes)} of ${mebibytes(total)} MiB`;
  const isSoon = bytes === 0 || milliseconds < 1000;
  return isSoon ? amount : `${amount}, ${Math.ceil(((total - bytes) * milliseconds) / bytes / 1000)} s left`;
}
