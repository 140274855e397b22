interface LiveCall {
  /** Throws when the caller may not have it any more. */
  check(): void;
  end(): void;
}

/** Streams and sockets that are open: each ends as soon as its caller loses the right to it. */
export class LiveCalls {
  readonly #calls = new Set<LiveCall>();

  add(call: LiveCall): () => void {
    this.#calls.add(call);
    return () => this.#calls.delete(call);
  }

  /** Judges all of them anew. */
  review(): void {
    for (const call of [...this.#calls]) {
      try {
        call.check();
      } catch {
        this.#calls.delete(call);
        call.end();
      }
    }
  }
}
