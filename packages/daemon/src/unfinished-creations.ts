import type { SqliteJournal } from './store/sqlite-journal.ts';

/** UUIDs of VEs whose creation an earlier daemon left unfinished. */
export function unfinishedCreations(journal: SqliteJournal): ReadonlySet<string> {
  const kinds = ['ve.create', 've.clone', 've.import', 've.receive'];
  const creations = journal.unfinished().filter(({ kind }) => kinds.includes(kind));
  return new Set(creations.map(({ target }) => target.id));
}
