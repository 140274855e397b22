import type { DatabaseSync } from 'node:sqlite';
import { type Policy, type PolicyRow, parseScope, type Scope, scopeText } from '@insula/access';
import { runDurably } from './database.ts';

/** Policies: in SQLite, and whole in memory, since calls ask for them. */
export class PolicyStore {
  readonly #database: DatabaseSync;
  readonly #listeners = new Set<() => void>();
  #current: readonly PolicyRow[];

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#current = this.#read();
  }

  get current(): readonly PolicyRow[] {
    return this.#current;
  }

  /** Told after each change. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  put({ scope, ownerLogin, withheld, snapshots }: PolicyRow): void {
    const policy: Policy = { ownerLogin, withheld, snapshots };
    this.#change(
      'INSERT OR REPLACE INTO policies (scope, policy) VALUES (?, ?)',
      scopeText(scope),
      JSON.stringify(policy),
    );
  }

  remove(scope: Scope): void {
    this.#change('DELETE FROM policies WHERE scope = ?', scopeText(scope));
  }

  #change(statement: string, ...values: string[]): void {
    runDurably(this.#database, statement, ...values);
    this.#current = this.#read();
    for (const listener of this.#listeners) listener();
  }

  #read(): readonly PolicyRow[] {
    return this.#database
      .prepare('SELECT scope, policy FROM policies ORDER BY scope')
      .all()
      .map(({ scope, policy }) => ({
        ...(JSON.parse(String(policy)) as Policy),
        scope: parseScope(String(scope)),
      }));
  }
}
