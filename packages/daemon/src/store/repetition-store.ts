import type { DatabaseSync } from 'node:sqlite';

/** Milliseconds for which a request can be repeated. */
const kept = 86_400_000;

/** Which operation a request with an idempotency key has begun, by caller. */
export class RepetitionStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(caller: string, key: string): { readonly request: string; readonly operation: string } | undefined {
    const oldest = new Date(Date.now() - kept).toISOString();
    const row = this.#database
      .prepare('SELECT request, operation FROM repetitions WHERE caller = ? AND key = ? AND at > ?')
      .get(caller, key, oldest);
    return row === undefined
      ? undefined
      : { request: String(row['request']), operation: String(row['operation']) };
  }

  add(caller: string, key: string, request: string, operation: string): void {
    const now = Date.now();
    this.#database.prepare('DELETE FROM repetitions WHERE at < ?').run(new Date(now - kept).toISOString());
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO repetitions (caller, key, request, operation, at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(caller, key, request, operation, new Date(now).toISOString());
  }
}
