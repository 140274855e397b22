import type { DatabaseSync } from 'node:sqlite';
import type { MonthlyUsage, UsageAmounts, UsageBook, UsageStore } from '@insula/monitoring';

/** Months that are kept. */
const keptMonths = 36;

/** Accounts in SQLite: a row for each VE and month, and the book of each VE. */
export class SqliteUsage implements UsageStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  book(uuid: string): UsageBook | null {
    const row = this.#database.prepare('SELECT book FROM usage_books WHERE uuid = ?').get(uuid);
    return row === undefined ? null : (JSON.parse(String(row['book'])) as UsageBook);
  }

  amounts(month: string, uuid: string): UsageAmounts | null {
    const row = this.#database
      .prepare('SELECT amounts FROM usage WHERE month = ? AND uuid = ?')
      .get(month, uuid);
    return row === undefined ? null : (JSON.parse(String(row['amounts'])) as UsageAmounts);
  }

  save(entries: readonly (MonthlyUsage & { readonly book: UsageBook })[]): void {
    const book = this.#database.prepare('INSERT OR REPLACE INTO usage_books (uuid, book) VALUES (?, ?)');
    const amounts = this.#database.prepare(
      'INSERT OR REPLACE INTO usage (month, uuid, ctid, name, amounts) VALUES (?, ?, ?, ?, ?)',
    );
    this.#database.exec('PRAGMA synchronous = FULL; BEGIN');
    try {
      for (const entry of entries) {
        const { uuid, ctid, name } = entry.owner;
        book.run(uuid, JSON.stringify(entry.book));
        amounts.run(entry.month, uuid, ctid, name, JSON.stringify(entry.amounts));
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#database.exec('PRAGMA synchronous = NORMAL');
    }
  }

  month(month: string): readonly MonthlyUsage[] {
    return this.#database
      .prepare('SELECT uuid, ctid, name, amounts FROM usage WHERE month = ? ORDER BY ctid, uuid')
      .all(month)
      .map((row) => ({
        month,
        owner: { uuid: String(row['uuid']), ctid: Number(row['ctid']), name: String(row['name']) },
        amounts: JSON.parse(String(row['amounts'])) as UsageAmounts,
      }));
  }

  /** Forgets months that nobody bills any more, and books of VEs that are gone. */
  prune(now: Date, isHere: (uuid: string) => boolean): void {
    const oldest = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keptMonths));
    this.#database.prepare('DELETE FROM usage WHERE month < ?').run(oldest.toISOString().slice(0, 7));
    for (const { uuid } of this.#database.prepare('SELECT uuid FROM usage_books').all())
      if (!isHere(String(uuid)))
        this.#database.prepare('DELETE FROM usage_books WHERE uuid = ?').run(String(uuid));
  }
}
