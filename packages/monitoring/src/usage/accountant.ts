import type { VeReading } from '../readings/reading.ts';
import type { SampleListener } from '../sampler/sampler.ts';
import { nothingUsed, sumOf, type UsageAmounts } from './amounts.ts';
import { type Entry, emptyBook, entered, enteredDisk, enteredTraffic, type UsageBook } from './book.ts';

/** Whose usage it is; kept with it for the time after the VE. */
export interface UsageOwner {
  readonly uuid: string;
  readonly ctid: number;
  readonly name: string;
}

/** What one VE used in one month (UTC), such as 2026-11. */
export interface MonthlyUsage {
  readonly month: string;
  readonly owner: UsageOwner;
  readonly amounts: UsageAmounts;
}

/** Where accounts are kept. */
export interface UsageStore {
  book(uuid: string): UsageBook | null;
  amounts(month: string, uuid: string): UsageAmounts | null;
  /** Keeps books and what was gained by them together: all or none. Durable when it returns. */
  save(entries: readonly (MonthlyUsage & { readonly book: UsageBook })[]): void;
  month(month: string): readonly MonthlyUsage[];
}

export interface AccountantPorts {
  readonly store: UsageStore;
  /** Differs for each boot of the machine. */
  readonly bootId: string;
  /** Differs for each daemon. */
  readonly clock: string;
}

interface Account {
  owner: UsageOwner;
  month: string;
  book: UsageBook;
  amounts: UsageAmounts;
  isKept: boolean;
}

/** The month of a moment in milliseconds since 1970, UTC. */
function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

/**
 * Keeps account of what VEs use.
 *
 * INVARIANT: book and amounts of an account are kept in one transaction, so that whatever was counted and not kept when the daemon
 * was killed is counted again from the kernel's counters, and nothing twice.
 */
export class Accountant implements SampleListener {
  readonly #ports: AccountantPorts;
  readonly #accounts = new Map<string, Account>();

  constructor(ports: AccountantPorts) {
    this.#ports = ports;
  }

  reading({ subject, group, at, elapsed }: VeReading): void {
    const { bootId, clock } = this.#ports;
    const reading = {
      at,
      elapsed,
      clock,
      epoch: `${bootId} ${group.generation}`,
      cpu: group.cpu?.usage ?? 0,
      io: group.io ?? [],
      memory: group.memory?.current ?? 0,
    };
    this.#enter(subject, at, (book) => entered(book, reading));
  }

  disk(owner: UsageOwner, at: number, bytes: number | null): void {
    this.#enter(owner, at, (book) => {
      // a closed image tells nothing, and keeps what it has
      const known = bytes ?? book.disk?.bytes;
      return known === undefined ? { book, gained: {} } : enteredDisk(book, { at, bytes: known });
    });
  }

  traffic(owner: UsageOwner, at: number, totals: UsageBook['traffic']): void {
    this.#enter(owner, at, (book) => enteredTraffic(book, totals));
  }

  /** Keeps what changed since it was last kept, of all VEs. */
  keep(): void {
    const changed = [...this.#accounts].filter(([, { isKept }]) => !isKept);
    if (changed.length === 0) return;
    this.#ports.store.save(
      changed.map(([, { month, owner, amounts, book }]) => ({ month, owner, amounts, book })),
    );
    for (const [, account] of changed) account.isKept = true;
  }

  /** Forgets accounts of VEs that are gone, once they are kept. What they used stays. */
  forget(isHere: (uuid: string) => boolean): void {
    for (const [uuid, { isKept }] of this.#accounts) if (isKept && !isHere(uuid)) this.#accounts.delete(uuid);
  }

  /** What all VEs used in a month, those that are gone, too. */
  month(month: string): readonly MonthlyUsage[] {
    this.keep();
    return this.#ports.store.month(month);
  }

  #enter({ uuid, ctid, name }: UsageOwner, at: number, enter: (book: UsageBook) => Entry): void {
    const owner = { uuid, ctid, name };
    const month = monthOf(at);
    const account = this.#accounts.get(uuid) ?? this.#open(owner, month);
    const { book, gained } = enter(account.book);
    // what is left of the month before is kept with the book as it was then
    if (account.month !== month) {
      this.keep();
      account.month = month;
      account.amounts = this.#ports.store.amounts(month, uuid) ?? nothingUsed;
    }
    account.owner = owner;
    account.book = book;
    account.amounts = sumOf(account.amounts, gained);
    account.isKept = false;
  }

  #open(owner: UsageOwner, month: string): Account {
    const { store } = this.#ports;
    const account = {
      owner,
      month,
      book: store.book(owner.uuid) ?? emptyBook,
      amounts: store.amounts(month, owner.uuid) ?? nothingUsed,
      isKept: true,
    };
    this.#accounts.set(owner.uuid, account);
    return account;
  }
}
