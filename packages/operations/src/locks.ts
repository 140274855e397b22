/** One holder of some keys, or one who waits for them. */
interface Claim {
  readonly owner: string;
  readonly keys: readonly string[];
  readonly grant: () => void;
}

/**
 * Exclusive locks on keys, in memory: the journal of unfinished operations brings them back after a restart.
 *
 * INVARIANTS
 * - A claim gets all its keys at once or none; so two claims never wait for each other.
 * - Claims on a common key are granted in the order in which they were made.
 */
export class Locks {
  readonly #held = new Map<string, string>();
  #waiting: Claim[] = [];

  /** The owner of the first key that is held, if any. Those who wait before us count as owners, too. */
  holder(keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const owner = this.#held.get(key) ?? this.#waiting.find((claim) => claim.keys.includes(key))?.owner;
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  /** Takes all keys at once; false, and nothing taken, when one of them is held or waited for. */
  tryAcquire(owner: string, keys: readonly string[]): boolean {
    if (this.holder(keys) !== undefined) return false;
    for (const key of keys) this.#held.set(key, owner);
    return true;
  }

  /** Settles when all keys are ours. @throws the reason of the signal when it is aborted first */
  async acquire(owner: string, keys: readonly string[], signal: AbortSignal): Promise<void> {
    if (this.tryAcquire(owner, keys)) return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== claim);
        this.#grantWaiting();
        reject(signal.reason as Error);
      };
      const claim: Claim = {
        owner,
        keys,
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(claim);
    });
  }

  release(owner: string): void {
    for (const [key, holder] of this.#held) if (holder === owner) this.#held.delete(key);
    this.#grantWaiting();
  }

  #grantWaiting(): void {
    const wantedBefore = new Set<string>();
    const stillWaiting: Claim[] = [];
    for (const claim of this.#waiting) {
      const free = claim.keys.every((key) => !this.#held.has(key) && !wantedBefore.has(key));
      if (free) {
        for (const key of claim.keys) this.#held.set(key, claim.owner);
        claim.grant();
      } else {
        for (const key of claim.keys) wantedBefore.add(key);
        stillWaiting.push(claim);
      }
    }
    this.#waiting = stillWaiting;
  }
}
