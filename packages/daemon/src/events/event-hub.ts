import type { NodeEvent } from '@insula/contract';

type EventBody = NodeEvent extends infer Event
  ? Event extends NodeEvent
    ? Omit<Event, 'id' | 'at'>
    : never
  : never;

/** Events that are kept for clients that come back: some kilobytes each. */
const kept = 4_000;

/**
 * The node's events in order, and those who listen.
 *
 * INVARIANTS
 * - Ids grow without end, also over restarts of the daemon: the first one is the time of the start in milliseconds × 1000.
 * - A subscriber gets every event after its starting point exactly once, in order, as far back as events are kept.
 */
export class EventHub {
  readonly #recent: NodeEvent[] = [];
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  #nextId = Date.now() * 1000;

  publish(body: EventBody): void {
    const event = { id: this.#nextId, at: new Date().toISOString(), ...body } as NodeEvent;
    this.#nextId += 1;
    this.#recent.push(event);
    if (this.#recent.length > kept) this.#recent.splice(0, this.#recent.length - kept);
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls the listener with what came after an event (all that is kept if that is long ago), then with everything new. */
  subscribe(listener: (event: NodeEvent) => void, after?: number): () => void {
    if (after !== undefined) for (const event of this.#recent) if (event.id > after) listener(event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** The id that a subscriber who wants only what comes from now on begins after. */
  get latestId(): number {
    return this.#nextId - 1;
  }
}
