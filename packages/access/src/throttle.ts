/** Failures that cost nothing, by what they are counted for: a name from one place, a name from anywhere, a place. */
const free = { pair: 5, name: 50, place: 30 } as const;
type Count = keyof typeof free;

/** Milliseconds: the first wait, doubled with each failure, and the longest. */
const firstWait = 2_000;
const longestWait = 900_000;
/** Milliseconds after which failures are forgotten. */
const memory = 3_600_000;
/** Entries that are kept; the oldest go first. */
const most = 20_000;

interface Entry {
  readonly failures: number;
  readonly at: number;
}

/**
 * Slows down who guesses passwords. Names count as they were typed, known or not, so that waiting says nothing about who there is.
 * From one place a name is soon slowed down; from everywhere together only after many failures, so that nobody can easily shut out
 * another; and one place that tries many names is slowed down, too.
 */
export class Throttle {
  readonly #entries = new Map<string, Entry>();

  /** Milliseconds until the next attempt may be looked at; 0: now. */
  wait(name: string, place: string, now: number): number {
    const waits = keysOf(name, place).map(([count, key]) => {
      const entry = this.#entries.get(key);
      if (entry === undefined || now - entry.at > memory) return 0;
      const over = entry.failures - free[count];
      return over < 0 ? 0 : entry.at + Math.min(longestWait, firstWait * 2 ** Math.min(over, 20)) - now;
    });
    return Math.max(0, ...waits);
  }

  failed(name: string, place: string, now: number): void {
    for (const [, key] of keysOf(name, place)) {
      const entry = this.#entries.get(key);
      const failures = entry === undefined || now - entry.at > memory ? 1 : entry.failures + 1;
      this.#entries.delete(key);
      this.#entries.set(key, { failures, at: now });
    }
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= most) break;
      this.#entries.delete(key);
    }
  }

  /** Takes back what the attempt was counted as. It proves the person, not the place: others behind the same address stay slowed down. */
  succeeded(name: string, place: string): void {
    for (const [count, key] of keysOf(name, place)) {
      const entry = this.#entries.get(key);
      if (entry === undefined) continue;
      if (count === 'place' && entry.failures > 1)
        this.#entries.set(key, { ...entry, failures: entry.failures - 1 });
      else this.#entries.delete(key);
    }
  }
}

function keysOf(name: string, place: string): readonly (readonly [Count, string])[] {
  const network = networkOf(place);
  return [
    ['pair', JSON.stringify([name, network])],
    ['name', JSON.stringify([name])],
    ['place', network],
  ];
}

/** Whoever has one IPv6 address has the 2^64 of its network: they count as one. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1] ?? address;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...(tail === undefined ? [] : gap), ...right].slice(0, 4).join(':');
}
