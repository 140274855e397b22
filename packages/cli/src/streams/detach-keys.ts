const controlBracket = 0x1d;
const letterQ = 0x71;

/**
 * Looks for `Ctrl-]` `q` in what is typed. `Ctrl-]` twice stands for one; before any other key it is passed on with it.
 * The two keys may arrive in different pieces.
 */
export class DetachKeys {
  #armed = false;

  /** What to pass on, and whether the user wants to leave. */
  feed(bytes: Uint8Array): { readonly bytes: Buffer; readonly detach: boolean } {
    const passed: number[] = [];
    for (const byte of bytes) {
      if (!this.#armed) {
        if (byte === controlBracket) this.#armed = true;
        else passed.push(byte);
        continue;
      }
      this.#armed = false;
      if (byte === letterQ) return { bytes: Buffer.from(passed), detach: true };
      passed.push(controlBracket);
      if (byte !== controlBracket) passed.push(byte);
    }
    return { bytes: Buffer.from(passed), detach: false };
  }
}
