import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isFinished, type Journal, type JournalQuery, type OperationRecord } from '@insula/operations';
import { durably } from './database.ts';

/** Finished operations that are kept for the history; the oldest go first. */
const historyLength = 20_000;

/** The journal of operations in SQLite: a row each, the record as JSON beside what is searched for. */
export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #write: StatementSync;
  #saves = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#write = database.prepare(
      `INSERT INTO operations (id, state, target, finished, record) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, finished = excluded.finished, record = excluded.record`,
    );
  }

  save(record: OperationRecord, options: { readonly durable?: boolean } = {}): void {
    const { id, state, target } = record;
    const write = () =>
      this.#write.run(id, state, target.id, isFinished(record) ? 1 : 0, JSON.stringify(record));
    if (options.durable === true) durably(this.#database, write);
    else write();
    this.#saves += 1;
    if (this.#saves % 1000 === 0) this.#prune();
  }

  find(id: string): OperationRecord | undefined {
    return parse(this.#database.prepare('SELECT record FROM operations WHERE id = ?').get(id));
  }

  /** Ids that begin so, for people who type only the beginning; two at most. */
  findByPrefix(prefix: string): readonly string[] {
    return this.#database
      .prepare('SELECT id FROM operations WHERE id >= ? AND id < ? ORDER BY id LIMIT 2')
      .all(prefix, `${prefix}~`)
      .map((row) => String(row['id']));
  }

  list({ state, targetId, before, wanted = () => true, limit }: JournalQuery): readonly OperationRecord[] {
    const found: OperationRecord[] = [];
    const rows = this.#database
      .prepare(
        `SELECT record FROM operations WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR target = ?2)
           AND (?3 IS NULL OR id < ?3)
         ORDER BY id DESC`,
      )
      .iterate(state ?? null, targetId ?? null, before ?? null);
    for (const row of rows) {
      const record = parse(row);
      if (record !== undefined && wanted(record)) found.push(record);
      if (found.length >= limit) break;
    }
    return found;
  }

  unfinished(): readonly OperationRecord[] {
    return this.#database
      .prepare('SELECT record FROM operations WHERE finished = 0 ORDER BY id')
      .all()
      .flatMap((row) => parse(row) ?? []);
  }

  /** What operations under way do and undo, as text that is looked through. */
  plansUnderWay(): readonly string[] {
    return this.unfinished().map(({ steps }) => JSON.stringify(steps));
  }

  #prune(): void {
    this.#database
      .prepare(
        `DELETE FROM operations WHERE finished = 1 AND id <=
           (SELECT id FROM operations WHERE finished = 1 ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      )
      .run(historyLength);
  }
}

function parse(row: Record<string, unknown> | undefined): OperationRecord | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row['record'])) as OperationRecord);
}
