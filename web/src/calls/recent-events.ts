import type { NodeEvent } from '@insula/contract';
import { live } from './live.ts';

const kept = 500;

/** The last events that arrived, newest first; collected from the start of the panel on. */
class RecentEvents {
  #events: readonly NodeEvent[] = [];
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly list = (): readonly NodeEvent[] => this.#events;

  add(events: readonly NodeEvent[]): void {
    this.#events = [...events.toReversed(), ...this.#events].slice(0, kept);
    for (const listener of this.#listeners) listener();
  }

  clear(): void {
    this.#events = [];
  }
}

export const recentEvents = new RecentEvents();
live.onEvents((events) => recentEvents.add(events));
