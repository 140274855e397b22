import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { digestOf, parseScope, type Scope, scopeText } from '@insula/access';
import { runDurably } from './database.ts';

export interface TokenRow {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly role: string | null;
  readonly scope: Scope | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

export interface SessionRow {
  readonly id: string;
  readonly user: string;
  readonly from: string;
  readonly agent: string;
  readonly createdAt: string;
  readonly rotatedAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
}

export interface CertificateRow {
  readonly fingerprint: string;
  readonly user: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** What a user proves itself with. */
export interface ProofRow {
  readonly password: string | null;
  readonly passwordChangedAt: string | null;
  readonly lastLoginAt: string | null;
  readonly totp: string | null;
  readonly totpPending: string | null;
  readonly totpStep: number;
}

type Row = Readonly<Record<string, unknown>>;
type Table = 'tokens' | 'sessions' | 'certificates';

/** Milliseconds between two notes of one token's or session's use: not every call is worth a write. */
const useInterval = 60_000;

/** Passwords, one-time secrets, tokens, sessions and certificates of users. Of secrets that stand for somebody only digests are kept. */
export class CredentialStore {
  readonly #database: DatabaseSync;
  readonly #listeners = new Set<() => void>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Told after something was taken away. */
  onRevoked(listener: () => void): void {
    this.#listeners.add(listener);
  }

  proof(user: string): ProofRow | undefined {
    const row = this.#get('SELECT * FROM users WHERE name = ?', user);
    if (row === undefined) return undefined;
    return {
      password: textOrNull(row['password']),
      passwordChangedAt: textOrNull(row['password_changed_at']),
      lastLoginAt: textOrNull(row['last_login_at']),
      totp: textOrNull(row['totp']),
      totpPending: textOrNull(row['totp_pending']),
      totpStep: Number(row['totp_step']),
    };
  }

  setPassword(user: string, hash: string, at: string): void {
    runDurably(
      this.#database,
      'UPDATE users SET password = ?, password_changed_at = ? WHERE name = ?',
      hash,
      at,
      user,
    );
  }

  /** The same password, kept with more effort. */
  strengthenPassword(user: string, hash: string): void {
    runDurably(this.#database, 'UPDATE users SET password = ? WHERE name = ?', hash, user);
  }

  loggedIn(user: string, at: string): void {
    runDurably(this.#database, 'UPDATE users SET last_login_at = ? WHERE name = ?', at, user);
  }

  beginTotp(user: string, secret: string): void {
    runDurably(this.#database, 'UPDATE users SET totp_pending = ? WHERE name = ?', secret, user);
  }

  confirmTotp(user: string, step: number): void {
    runDurably(
      this.#database,
      'UPDATE users SET totp = totp_pending, totp_pending = NULL, totp_step = ? WHERE name = ?',
      step,
      user,
    );
  }

  usedTotp(user: string, step: number): void {
    runDurably(this.#database, 'UPDATE users SET totp_step = ? WHERE name = ?', step, user);
  }

  removeTotp(user: string): void {
    runDurably(this.#database, 'UPDATE users SET totp = NULL, totp_pending = NULL WHERE name = ?', user);
  }

  tokens(user?: string): readonly TokenRow[] {
    return this.#all('tokens', user).map(tokenOf);
  }

  token(by: { readonly secret: string } | { readonly id: string }): TokenRow | undefined {
    const row =
      'id' in by
        ? this.#get('SELECT * FROM tokens WHERE id = ?', by.id)
        : this.#get('SELECT * FROM tokens WHERE digest = ?', digestOf(by.secret));
    return row === undefined ? undefined : tokenOf(row);
  }

  addToken(token: Omit<TokenRow, 'lastUsedAt'>, secret: string): void {
    const { id, user, name, role, scope, createdAt, expiresAt } = token;
    runDurably(
      this.#database,
      'INSERT INTO tokens (id, user, name, digest, role, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      user,
      name,
      digestOf(secret),
      role,
      scope === null ? null : scopeText(scope),
      createdAt,
      expiresAt,
    );
  }

  sessions(user?: string): readonly SessionRow[] {
    return this.#all('sessions', user).map(sessionOf);
  }

  session(id: string): SessionRow | undefined {
    const row = this.#get('SELECT * FROM sessions WHERE id = ?', id);
    return row === undefined ? undefined : sessionOf(row);
  }

  /** The session of a secret, and whether it is the one before the last rotation. */
  sessionBySecret(secret: string): { readonly session: SessionRow; readonly isEarlier: boolean } | undefined {
    const digest = digestOf(secret);
    const row = this.#get('SELECT * FROM sessions WHERE digest = ?1 OR earlier_digest = ?1', digest);
    return row === undefined ? undefined : { session: sessionOf(row), isEarlier: row['digest'] !== digest };
  }

  addSession(session: SessionRow, secret: string): void {
    const { id, user, from, agent, createdAt, rotatedAt, lastUsedAt, expiresAt } = session;
    runDurably(
      this.#database,
      `INSERT INTO sessions (id, user, digest, rotated_at, sender, agent, created_at, last_used_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      user,
      digestOf(secret),
      rotatedAt,
      from,
      agent,
      createdAt,
      lastUsedAt,
      expiresAt,
    );
  }

  rotateSession(id: string, secret: string, at: string): void {
    runDurably(
      this.#database,
      'UPDATE sessions SET earlier_digest = digest, digest = ?, rotated_at = ? WHERE id = ?',
      digestOf(secret),
      at,
      id,
    );
  }

  certificates(user?: string): readonly CertificateRow[] {
    return this.#all('certificates', user).map(certificateOf);
  }

  certificate(fingerprint: string): CertificateRow | undefined {
    const row = this.#get('SELECT * FROM certificates WHERE fingerprint = ?', fingerprint);
    return row === undefined ? undefined : certificateOf(row);
  }

  addCertificate({ fingerprint, user, name, createdAt, expiresAt }: CertificateRow): void {
    runDurably(
      this.#database,
      'INSERT INTO certificates (fingerprint, user, name, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      fingerprint,
      user,
      name,
      createdAt,
      expiresAt,
    );
  }

  /** Notes when a token or session was used, to the minute. It may be lost with the power. */
  used(
    table: 'tokens' | 'sessions',
    { id, lastUsedAt }: Pick<TokenRow, 'id' | 'lastUsedAt'>,
    now: number,
  ): void {
    if (lastUsedAt !== null && now - Date.parse(lastUsedAt) < useInterval) return;
    const at = new Date(now).toISOString();
    this.#database.prepare(`UPDATE ${table} SET last_used_at = ? WHERE id = ?`).run(at, id);
  }

  revoke(table: Table, id: string): void {
    const key = table === 'certificates' ? 'fingerprint' : 'id';
    runDurably(this.#database, `DELETE FROM ${table} WHERE ${key} = ?`, id);
    this.#revoked();
  }

  /** All sessions of a user but one. */
  endSessions(user: string, except: string | null): void {
    runDurably(this.#database, 'DELETE FROM sessions WHERE user = ? AND id IS NOT ?', user, except);
    this.#revoked();
  }

  /** Forgets what has ended by itself. */
  prune(now: number): void {
    const at = new Date(now).toISOString();
    for (const table of ['tokens', 'sessions', 'certificates'])
      this.#database.prepare(`DELETE FROM ${table} WHERE expires_at < ?`).run(at);
  }

  #revoked(): void {
    for (const listener of this.#listeners) listener();
  }

  #get(statement: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#database.prepare(statement).get(...values);
  }

  #all(table: Table, user?: string): readonly Row[] {
    return this.#database
      .prepare(`SELECT * FROM ${table} WHERE ?1 IS NULL OR user = ?1 ORDER BY created_at`)
      .all(user ?? null);
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const tokenOf = (row: Row): TokenRow => ({
  id: String(row['id']),
  user: String(row['user']),
  name: String(row['name']),
  role: textOrNull(row['role']),
  scope: typeof row['scope'] === 'string' ? parseScope(row['scope']) : null,
  createdAt: String(row['created_at']),
  expiresAt: String(row['expires_at']),
  lastUsedAt: textOrNull(row['last_used_at']),
});

const sessionOf = (row: Row): SessionRow => ({
  id: String(row['id']),
  user: String(row['user']),
  from: String(row['sender']),
  agent: String(row['agent']),
  createdAt: String(row['created_at']),
  rotatedAt: String(row['rotated_at']),
  lastUsedAt: String(row['last_used_at']),
  expiresAt: String(row['expires_at']),
});

const certificateOf = (row: Row): CertificateRow => ({
  fingerprint: String(row['fingerprint']),
  user: String(row['user']),
  name: String(row['name']),
  createdAt: String(row['created_at']),
  expiresAt: String(row['expires_at']),
});
