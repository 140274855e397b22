/** A source that is pulled from: `pause` closes the gate, `resume` opens it, and who pulls waits for `open` in between. */
export class Gate {
  #open: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  get open(): Promise<void> {
    return this.#open;
  }

  pause(): void {
    if (this.#release !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open = promise;
    this.#release = resolve;
  }

  resume(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
