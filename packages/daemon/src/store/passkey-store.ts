import type { DatabaseSync } from 'node:sqlite';
import type { PasskeyKey } from '@insula/access';
import { fault, type PasskeyTransport } from '@insula/contract';
import { runDurably } from './database.ts';

export interface PasskeyRow extends PasskeyKey {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  /** Name of the node that it was made for; browsers offer it there alone. */
  readonly host: string;
  /** What authenticators know the user by, the same for all passkeys of one; says nothing about it. */
  readonly handle: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** Its counter went back. */
  readonly copied: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/** Passkeys of users: their public keys, and how often they were used. Nothing in it lets anybody in. */
export class PasskeyStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  list(user?: string): readonly PasskeyRow[] {
    return this.#database
      .prepare('SELECT * FROM passkeys WHERE ?1 IS NULL OR user = ?1 ORDER BY created_at, id')
      .all(user ?? null)
      .map(passkeyOf);
  }

  count(user: string): number {
    const row = this.#database.prepare('SELECT count(*) AS count FROM passkeys WHERE user = ?').get(user);
    return Number(row?.['count']);
  }

  find(id: string): PasskeyRow | undefined {
    return this.#first('SELECT * FROM passkeys WHERE id = ?', id);
  }

  byCredential(credential: string): PasskeyRow | undefined {
    return this.#first('SELECT * FROM passkeys WHERE credential = ?', credential);
  }

  /** @throws CodedError entry_exists: no two passkeys have one id, whosever they are */
  add(passkey: PasskeyRow): void {
    const { id, user, name, host, credential, handle, publicKey, counter, transports, createdAt } = passkey;
    if (this.byCredential(credential) !== undefined) throw fault('entry_exists', { kind: 'passkey', name });
    runDurably(
      this.#database,
      `INSERT INTO passkeys (id, user, name, host, credential, handle, public_key, counter, transports, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      user,
      name,
      host,
      credential,
      handle,
      publicKey,
      counter,
      transports.join(' '),
      createdAt,
    );
  }

  rename(id: string, name: string): void {
    runDurably(this.#database, 'UPDATE passkeys SET name = ? WHERE id = ?', name, id);
  }

  used(id: string, counter: number, at: string): void {
    runDurably(
      this.#database,
      'UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ?',
      counter,
      at,
      id,
    );
  }

  wasCopied(id: string): void {
    runDurably(this.#database, 'UPDATE passkeys SET copied = 1 WHERE id = ?', id);
  }

  remove(id: string): void {
    runDurably(this.#database, 'DELETE FROM passkeys WHERE id = ?', id);
  }

  #first(statement: string, value: string): PasskeyRow | undefined {
    const row = this.#database.prepare(statement).get(value);
    return row === undefined ? undefined : passkeyOf(row);
  }
}

const passkeyOf = (row: Row): PasskeyRow => ({
  id: String(row['id']),
  user: String(row['user']),
  name: String(row['name']),
  host: String(row['host']),
  credential: String(row['credential']),
  handle: String(row['handle']),
  publicKey: row['public_key'] as Uint8Array<ArrayBuffer>,
  counter: Number(row['counter']),
  transports: String(row['transports']).split(' ').filter(Boolean) as PasskeyTransport[],
  createdAt: String(row['created_at']),
  lastUsedAt: typeof row['last_used_at'] === 'string' ? row['last_used_at'] : null,
  copied: row['copied'] === 1,
});
