import { CodedError, type NodeEvent, ServerSentEventParser } from '@insula/contract';
import { open } from './client.ts';

/**
 * connecting: not heard of yet · live: events arrive · lost: tried again, `since` then · refused: the user may not watch events
 */
export type LinkState = 'connecting' | 'live' | 'lost' | 'refused';

type EventListener = (events: readonly NodeEvent[]) => void;

const firstPauseMs = 300;
const longestPauseMs = 5000;
/** The node sends a comment every 20 s: without any for this long the connection is dead, whatever TCP thinks. */
const silenceMs = 50_000;

/**
 * The stream of the node's events, kept open for as long as somebody is logged in. After a lost connection it goes on behind the last
 * event that was seen.
 */
class LiveEvents {
  state: LinkState = 'connecting';
  readonly #events = new Set<EventListener>();
  readonly #states = new Set<() => void>();
  readonly #gaps = new Set<() => void>();
  #running: AbortController | undefined;
  #lastId: string | undefined;

  start(): void {
    if (this.#running) return;
    const controller = new AbortController();
    this.#running = controller;
    this.#run(controller.signal).catch(() => this.#become('refused'));
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#lastId = undefined;
    this.#become('connecting');
  }

  /** Called with events in order, several at once when they come fast. */
  onEvents(listener: EventListener): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  onState(listener: () => void): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  /** Called when the connection is back and events may be missing: what is shown is to be read again. */
  onGap(listener: () => void): () => void {
    this.#gaps.add(listener);
    return () => this.#gaps.delete(listener);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let pauseMs = firstPauseMs;
    let wasLost = false;
    while (!signal.aborted) {
      try {
        for await (const events of this.#connect(signal)) {
          if (this.state !== 'live') this.#become('live');
          if (wasLost) for (const listener of this.#gaps) listener();
          wasLost = false;
          pauseMs = firstPauseMs;
          if (events.length > 0) for (const listener of this.#events) listener(events);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof CodedError && ['forbidden', 'unauthenticated'].includes(error.code)) {
          this.#become('refused');
          return;
        }
      }
      if (signal.aborted) return;
      wasLost = true;
      this.#become('lost');
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  /** One connection: an empty list as soon as it stands, then what arrives. */
  async *#connect(outer: AbortSignal): AsyncGenerator<readonly NodeEvent[]> {
    const silence = new AbortController();
    const signal = AbortSignal.any([outer, silence.signal]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
    };
    const headers = {
      accept: 'text/event-stream',
      ...(this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId }),
    };
    heard();
    try {
      const { body } = await open('events', {}, { headers, signal });
      if (!body) return;
      yield [];
      const parser = new ServerSentEventParser();
      const decoder = new TextDecoder();
      for await (const bytes of body) {
        heard();
        const events = parser.feed(decoder.decode(bytes, { stream: true }));
        this.#lastId = events.at(-1)?.id ?? this.#lastId;
        if (events.length > 0) yield events.map(({ data }) => JSON.parse(data) as NodeEvent);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #become(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.#states) listener();
  }
}

/** Waits; less if the browser says that it has a network again, or the page is looked at. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done, { once: true });
  });
}

export const live = new LiveEvents();
