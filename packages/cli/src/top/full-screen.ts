import type { Output } from '../context.ts';

/** Sequences of xterm that everybody has taken over: the alternate screen, and a cursor that is not seen. */
const enter = '\u001b[?1049h\u001b[?25l\u001b[2J';
const leave = '\u001b[?25h\u001b[?1049l';

/** A window that is drawn on as a whole, and what was there before comes back when it is disposed of. */
export class FullScreen implements Disposable {
  readonly #output: Output;
  #drawn = '';

  constructor(output: Output) {
    this.#output = output;
    output.write(enter);
  }

  /** Shows lines, from the first row down. Nothing is written when they are shown already. */
  draw(lines: readonly string[]): void {
    // each line ends with what erases the rest of the old one
    const frame = lines.map((line) => `${line}\u001b[K`).join('\r\n');
    if (frame === this.#drawn) return;
    this.#drawn = frame;
    this.#output.write(`\u001b[H${frame}\u001b[J`);
  }

  [Symbol.dispose](): void {
    this.#output.write(leave);
  }
}
