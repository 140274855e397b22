const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const verticalTab = 0x0b;

/**
 * Output of a terminal in a VE for our own one. Node's raw mode leaves ONLCR on (libuv, uv_tty_set_mode): the kernel would put a carriage
 * return before each line feed, and programs that move down with a bare one would land in the first column. A vertical tab moves down the
 * same way (ECMA-48 terminals treat it as a line feed) and is left alone. Line feeds after a carriage return stay what they are.
 */
export class RawOutput {
  #last = 0;

  feed(bytes: Buffer): Buffer {
    if (!bytes.includes(lineFeed)) {
      this.#last = bytes.at(-1) ?? this.#last;
      return bytes;
    }
    const out = Buffer.from(bytes);
    for (let at = out.indexOf(lineFeed); at >= 0; at = out.indexOf(lineFeed, at + 1)) {
      const before = at === 0 ? this.#last : (bytes[at - 1] ?? 0);
      if (before !== carriageReturn) out[at] = verticalTab;
    }
    this.#last = bytes.at(-1) ?? this.#last;
    return out;
  }
}
