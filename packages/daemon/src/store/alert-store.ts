import type { DatabaseSync } from 'node:sqlite';
import type { AlertChange } from '@insula/contract';
import type { AlertState, AlertStateStore, OutboxStore, OutgoingMessage } from '@insula/monitoring';

/** Changes of alerts that are kept. */
export const keptChanges = 10_000;

/** Messages that may wait; a receiver that takes none must not fill the disk. */
const mostMessages = 10_000;

/** Messages that are tried at once. */
const messagesAtOnce = 20;

/** What alerts are, were, and whom they are still to be told to, in SQLite. */
export class AlertStore implements AlertStateStore, OutboxStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  load(): readonly { readonly rule: number; readonly subject: string; readonly state: AlertState }[] {
    return this.#database
      .prepare('SELECT rule, subject, state FROM alert_states')
      .all()
      .map(({ rule, subject, state }) => ({
        rule: Number(rule),
        subject: String(subject),
        state: JSON.parse(String(state)) as AlertState,
      }));
  }

  save(rule: number, subject: string, state: AlertState | null): void {
    if (state === null)
      this.#database.prepare('DELETE FROM alert_states WHERE rule = ? AND subject = ?').run(rule, subject);
    else
      this.#database
        .prepare('INSERT OR REPLACE INTO alert_states (rule, subject, state) VALUES (?, ?, ?)')
        .run(rule, subject, JSON.stringify(state));
  }

  note(change: AlertChange): void {
    const { lastInsertRowid: id } = this.#database
      .prepare('INSERT INTO alert_changes (subject, change) VALUES (?, ?)')
      .run(change.uuid ?? '', JSON.stringify(change));
    this.#database.prepare('DELETE FROM alert_changes WHERE id <= ?').run(Number(id) - keptChanges);
  }

  /** The newest first. */
  history(uuid: string | undefined, limit: number): AlertChange[] {
    return this.#database
      .prepare(
        'SELECT change FROM alert_changes WHERE (?1 IS NULL OR subject = ?1) ORDER BY id DESC LIMIT ?2',
      )
      .all(uuid ?? null, limit)
      .map(({ change }) => JSON.parse(String(change)) as AlertChange);
  }

  add(receiver: string, change: AlertChange, now: number): void {
    const { lastInsertRowid: id } = this.#database
      .prepare('INSERT INTO messages (receiver, change, created, due, attempts) VALUES (?, ?, ?, ?, 0)')
      .run(receiver, JSON.stringify(change), now, now);
    this.#database.prepare('DELETE FROM messages WHERE id <= ?').run(Number(id) - mostMessages);
  }

  due(now: number): readonly OutgoingMessage[] {
    return this.#database
      .prepare(
        'SELECT id, receiver, change, created, attempts FROM messages WHERE due <= ? ORDER BY due, id LIMIT ?',
      )
      .all(now, messagesAtOnce)
      .map((row) => ({
        id: Number(row['id']),
        receiver: String(row['receiver']),
        change: JSON.parse(String(row['change'])) as AlertChange,
        created: Number(row['created']),
        attempts: Number(row['attempts']),
      }));
  }

  nextDue(): number | null {
    const row = this.#database.prepare('SELECT min(due) AS due FROM messages').get();
    return row === undefined || row['due'] === null ? null : Number(row['due']);
  }

  retry(id: number, due: number): void {
    this.#database.prepare('UPDATE messages SET due = ?, attempts = attempts + 1 WHERE id = ?').run(due, id);
  }

  remove(id: number): void {
    this.#database.prepare('DELETE FROM messages WHERE id = ?').run(id);
  }
}
