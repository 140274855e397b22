import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { fault } from '@insula/contract';

/** Each entry brings the schema one version further; entries are never changed, only added. */
const nodeSchema: readonly string[] = [
  `CREATE TABLE operations (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL,
     target TEXT NOT NULL,
     finished INTEGER NOT NULL,
     record TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX operations_unfinished ON operations (id) WHERE finished = 0;
   CREATE INDEX operations_target ON operations (target, id);`,
  `CREATE TABLE users (
     name TEXT PRIMARY KEY,
     full_name TEXT NOT NULL,
     groups TEXT NOT NULL,
     enabled INTEGER NOT NULL,
     created_at TEXT NOT NULL,
     password TEXT,
     password_changed_at TEXT,
     last_login_at TEXT,
     totp TEXT,
     totp_pending TEXT,
     totp_step INTEGER NOT NULL DEFAULT 0
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE roles (name TEXT PRIMARY KEY, title TEXT NOT NULL, privileges TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE grants (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     subject TEXT NOT NULL,
     role TEXT NOT NULL,
     scope TEXT NOT NULL,
     created_at TEXT NOT NULL,
     created_by TEXT NOT NULL,
     UNIQUE (subject, role, scope)
   ) STRICT;
   CREATE TABLE tokens (
     id TEXT PRIMARY KEY,
     user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
     name TEXT NOT NULL,
     digest TEXT NOT NULL UNIQUE,
     role TEXT,
     scope TEXT,
     created_at TEXT NOT NULL,
     expires_at TEXT NOT NULL,
     last_used_at TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
     digest TEXT NOT NULL UNIQUE,
     earlier_digest TEXT UNIQUE,
     rotated_at TEXT NOT NULL,
     sender TEXT NOT NULL,
     agent TEXT NOT NULL,
     created_at TEXT NOT NULL,
     last_used_at TEXT NOT NULL,
     expires_at TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE certificates (
     fingerprint TEXT PRIMARY KEY,
     user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
     name TEXT NOT NULL,
     created_at TEXT NOT NULL,
     expires_at TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE alert_states (
     rule INTEGER NOT NULL,
     subject TEXT NOT NULL,
     state TEXT NOT NULL,
     PRIMARY KEY (rule, subject)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE alert_changes (
     id INTEGER PRIMARY KEY,
     subject TEXT NOT NULL,
     change TEXT NOT NULL
   ) STRICT;
   CREATE TABLE messages (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     receiver TEXT NOT NULL,
     change TEXT NOT NULL,
     created INTEGER NOT NULL,
     due INTEGER NOT NULL,
     attempts INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX messages_due ON messages (due);
   CREATE TABLE usage_books (
     uuid TEXT PRIMARY KEY,
     book TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE usage (
     month TEXT NOT NULL,
     uuid TEXT NOT NULL,
     ctid INTEGER NOT NULL,
     name TEXT NOT NULL,
     amounts TEXT NOT NULL,
     PRIMARY KEY (month, uuid)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE repetitions (
     caller TEXT NOT NULL,
     key TEXT NOT NULL,
     request TEXT NOT NULL,
     operation TEXT NOT NULL,
     at TEXT NOT NULL,
     PRIMARY KEY (caller, key)
   ) STRICT, WITHOUT ROWID;`,
  // sessions also of VEs, which are no users
  `CREATE TABLE sessions_of_all (
     id TEXT PRIMARY KEY,
     user TEXT NOT NULL,
     digest TEXT NOT NULL UNIQUE,
     earlier_digest TEXT UNIQUE,
     rotated_at TEXT NOT NULL,
     sender TEXT NOT NULL,
     agent TEXT NOT NULL,
     created_at TEXT NOT NULL,
     last_used_at TEXT NOT NULL,
     expires_at TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   INSERT INTO sessions_of_all SELECT * FROM sessions;
   DROP TABLE sessions;
   ALTER TABLE sessions_of_all RENAME TO sessions;
   CREATE TRIGGER sessions_of_nobody AFTER DELETE ON users BEGIN
     DELETE FROM sessions WHERE user = OLD.name;
   END;
   CREATE TABLE policies (scope TEXT PRIMARY KEY, policy TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE users ADD COLUMN realm TEXT NOT NULL DEFAULT 'internal';
   ALTER TABLE users ADD COLUMN subject TEXT;
   CREATE UNIQUE INDEX users_of_realms ON users (realm, subject);`,
  `CREATE TABLE passkeys (
     id TEXT PRIMARY KEY,
     user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
     name TEXT NOT NULL,
     host TEXT NOT NULL,
     credential TEXT NOT NULL UNIQUE,
     handle TEXT NOT NULL,
     public_key BLOB NOT NULL,
     counter INTEGER NOT NULL,
     transports TEXT NOT NULL,
     created_at TEXT NOT NULL,
     last_used_at TEXT,
     copied INTEGER NOT NULL DEFAULT 0
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX passkeys_of_users ON passkeys (user);`,
];

/** SQLite's result codes (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const damagedSuffix = '.damaged';

export interface DatabaseOptions {
  /** Told where a damaged file was put. */
  readonly onDamaged: (aside: string, problem: string) => void;
  /** Default: that of the node's database. */
  readonly schema?: readonly string[];
  /** It is not looked through at the start, which would take long. */
  readonly isLarge?: boolean;
}

/**
 * Opens a database of the node, making or migrating it, for this process alone. What it holds is history and the journal of unfinished
 * operations: a node that loses it loses no VE. So one that is damaged is put aside, in the place of the last one that was.
 * @throws CodedError already_running when another process has it open
 */
export function openDatabase(path: string, options: DatabaseOptions): DatabaseSync {
  const { onDamaged } = options;
  try {
    return openSound(path, options);
  } catch (error) {
    const code = resultCode(error);
    if (code === SQLITE_BUSY) throw fault('already_running', { path }, { cause: error });
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error;
    putAside(path);
    onDamaged(`${path}${damagedSuffix}`, (error as Error).message);
    return openSound(path, options);
  }
}

function openSound(path: string, { schema = nodeSchema, isLarge = false }: DatabaseOptions): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // WAL with NORMAL survives a kill of the daemon; what must survive a loss of power is committed with FULL.
    database.exec(
      'PRAGMA busy_timeout = 1000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON',
    );
    if (!isLarge) refuseDamaged(database);
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    for (const [index, migration] of schema.entries()) {
      if (index < version) continue;
      database.exec(`BEGIN; ${migration} PRAGMA user_version = ${index + 1}; COMMIT`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function refuseDamaged(database: DatabaseSync): void {
  const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (found !== 'ok') throw Object.assign(new Error(found), { errcode: SQLITE_CORRUPT });
}

/** Commits what `write` does, all or nothing, and has it on the disk when this returns. */
export function durably<Result>(database: DatabaseSync, write: () => Result): Result {
  database.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
  try {
    const result = write();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  } finally {
    database.exec('PRAGMA synchronous = NORMAL');
  }
}

/** The primary code: extended ones hold it in their lowest byte. */
function resultCode(error: unknown): number {
  return Number((error as { readonly errcode?: number }).errcode ?? 0) & 0xff;
}

function putAside(path: string): void {
  renameSync(path, `${path}${damagedSuffix}`);
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}

/** Runs one statement, and has what it changed on the disk when this returns. */
export function runDurably(
  database: DatabaseSync,
  statement: string,
  ...values: readonly SQLInputValue[]
): void {
  durably(database, () => database.prepare(statement).run(...values));
}
