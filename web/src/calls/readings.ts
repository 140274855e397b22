import { type Reading, ServerSentEventParser } from '@insula/contract';
import { open } from './client.ts';

/** Seconds between two readings: as often as a chart is worth looking at. */
const interval = 3;
const pauseMs = 3000;

type Listener = (reading: Reading) => void;

/** Readings of the node and its VEs: one connection for all who watch, open only while somebody does and sees the page. */
class Readings {
  latest: Reading | null = null;
  readonly #listeners = new Set<Listener>();
  #running: AbortController | undefined;

  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#update();
    return () => {
      this.#listeners.delete(listener);
      this.#update();
    };
  }

  readonly #update = (): void => {
    const wanted = this.#listeners.size > 0 && document.visibilityState === 'visible';
    if (wanted === (this.#running !== undefined)) return;
    if (!wanted) {
      this.#running?.abort();
      this.#running = undefined;
      this.latest = null;
      return;
    }
    document.addEventListener('visibilitychange', this.#update);
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  };

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#read(signal).catch(() => undefined);
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const headers = { accept: 'text/event-stream' };
    const { body } = await open('readings', { query: { interval } }, { headers, signal });
    if (!body) return;
    const parser = new ServerSentEventParser();
    const decoder = new TextDecoder();
    for await (const bytes of body) {
      for (const { data } of parser.feed(decoder.decode(bytes, { stream: true }))) {
        this.latest = JSON.parse(data) as Reading;
        for (const listener of this.#listeners) listener(this.latest);
      }
    }
  }
}

export const readings = new Readings();
