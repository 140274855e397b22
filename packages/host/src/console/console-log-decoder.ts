/**
 * Decodes conmon's k8s-file log back to the bytes the terminal gave. Each line of the log is
 * `TIMESTAMP STREAM TAG CONTENT`; conmon splits what it reads at line ends, so that an F line (full) stands for its content and a
 * line end, a P line (partial) for its content alone. Content may hold any byte but a line end, carriage returns included.
 * Feed chunks in order; a line cut by a chunk's end waits for the rest.
 */
export class ConsoleLogDecoder {
  #rest: Buffer = Buffer.alloc(0);

  decode(chunk: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const parts: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, start)) {
      parts.push(decodeLine(bytes.subarray(start, end + 1)));
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    return Buffer.concat(parts);
  }

  /** Forgets a cut line: what follows comes from a new file. */
  reset(): void {
    this.#rest = Buffer.alloc(0);
  }
}

const lineEnd = 0x0a;
const blank = 0x20;
const full = 0x46;
const partial = 0x50;

/** One line with its line end; empty for a line that is not conmon's. */
const decodeLine = (line: Buffer): Buffer => {
  const afterTimestamp = line.indexOf(blank) + 1;
  const afterStream = afterTimestamp === 0 ? 0 : line.indexOf(blank, afterTimestamp) + 1;
  if (afterStream === 0 || line[afterStream + 1] !== blank) return Buffer.alloc(0);
  const content = line.subarray(afterStream + 2);
  if (line[afterStream] === full) return content;
  return line[afterStream] === partial ? content.subarray(0, -1) : Buffer.alloc(0);
};
