import { DatabaseSync } from 'node:sqlite';

/** Each entry brings the schema one version further; entries are never changed, only added. */
const migrations: readonly string[] = [
  `CREATE TABLE operations (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL,
     target TEXT NOT NULL,
     finished INTEGER NOT NULL,
     record TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX operations_unfinished ON operations (id) WHERE finished = 0;
   CREATE INDEX operations_target ON operations (target, id);`,
];

/**
 * Opens the node's database, making or migrating it. What it holds is history and the journal of unfinished operations: a node
 * that loses it loses no VE.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // WAL with NORMAL survives a kill of the daemon; what must survive a loss of power is committed with FULL.
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  );
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${migration} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
  return database;
}
