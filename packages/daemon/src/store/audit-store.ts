import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type AuditEntry, type AuditLink, chainHash, chainStart, firstBreak } from '@insula/access';
import type { AuditRecord, AuditState } from '@insula/contract';

/** Entries that are kept, some hundred bytes each; the oldest go first. */
const kept = 1_000_000;
/** How often the oldest are let go: not for each entry. */
const pruneEvery = 10_000;

/**
 * The audit log has a database of its own, so that neither damage nor repair of another touches it. Entries are added, never changed:
 * the database itself refuses that, and that only the oldest go.
 */
export const auditSchema: readonly string[] = [
  `CREATE TABLE entries (
     seq INTEGER PRIMARY KEY,
     who TEXT NOT NULL,
     call TEXT NOT NULL,
     target TEXT NOT NULL,
     text TEXT NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   CREATE INDEX entries_who ON entries (who, seq);
   CREATE INDEX entries_target ON entries (target, seq);
   CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
     BEGIN SELECT RAISE (ABORT, 'the audit log is only added to'); END;
   CREATE TRIGGER entries_age BEFORE DELETE ON entries
     WHEN OLD.seq > (SELECT max(seq) FROM entries) - ${kept}
     BEGIN SELECT RAISE (ABORT, 'the audit log is only added to'); END;`,
];

interface AuditQuery {
  readonly user?: string;
  readonly call?: string;
  readonly target?: string;
  readonly before?: number;
  readonly limit: number;
}

/** The audit log in SQLite: a row each, the entry as JSON, chained by hashes. */
export class AuditStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #last: { readonly seq: number; readonly hash: string };

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO entries (seq, who, call, target, text, hash) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const row = database.prepare('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1').get();
    this.#last =
      row === undefined
        ? { seq: 0, hash: chainStart }
        : { seq: Number(row['seq']), hash: String(row['hash']) };
  }

  add(entry: AuditEntry): void {
    const seq = this.#last.seq + 1;
    const text = JSON.stringify(entry);
    const hash = chainHash(this.#last.hash, seq, text);
    this.#insert.run(seq, entry.who, entry.call, entry.target, text, hash);
    this.#last = { seq, hash };
    if (seq % pruneEvery === 0) this.#database.prepare('DELETE FROM entries WHERE seq <= ?').run(seq - kept);
  }

  /** Newest first. */
  list({ user, call, target, before, limit }: AuditQuery): readonly AuditRecord[] {
    return this.#database
      .prepare(
        `SELECT seq, text, hash FROM entries
         WHERE (?1 IS NULL OR who = ?1) AND (?2 IS NULL OR call = ?2) AND (?3 IS NULL OR target = ?3)
           AND (?4 IS NULL OR seq < ?4)
         ORDER BY seq DESC LIMIT ?5`,
      )
      .all(user ?? null, call ?? null, target ?? null, before ?? null, limit)
      .map((row) => {
        const { seq, text, hash } = linkOf(row);
        return { seq, ...(JSON.parse(text) as AuditEntry), hash } as AuditRecord;
      });
  }

  /** Oldest first, from the one that follows this number. */
  linksAfter(seq: number, limit: number): readonly AuditLink[] {
    return this.#database
      .prepare('SELECT seq, text, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(seq, limit)
      .map(linkOf);
  }

  /** Oldest first. */
  *links(): Iterable<AuditLink> {
    for (const row of this.#database.prepare('SELECT seq, text, hash FROM entries ORDER BY seq').iterate())
      yield linkOf(row);
  }

  /** Where older ones were let go, the chain begins with the oldest that is left. */
  verify(): AuditState {
    const oldest = this.#database.prepare('SELECT seq, text, hash FROM entries ORDER BY seq LIMIT 1').get();
    const first = oldest === undefined ? null : linkOf(oldest);
    const { seq: last, hash: head } = this.#last;
    if (first === null) return { sound: last === 0, brokenAt: null, first: 0, last, head };
    const isWhole = first.seq === 1;
    const brokenAt = firstBreak(
      isWhole ? this.links() : skipOne(this.links()),
      isWhole ? { seq: 0, hash: chainStart } : first,
    );
    const newest = this.#database.prepare('SELECT max(seq) AS seq FROM entries').get();
    const isCut = Number(newest?.['seq']) !== last;
    return {
      sound: brokenAt === null && !isCut,
      brokenAt: isCut ? last : brokenAt,
      first: first.seq,
      last,
      head,
    };
  }
}

function* skipOne(links: Iterable<AuditLink>): Iterable<AuditLink> {
  let isFirst = true;
  for (const link of links) {
    if (!isFirst) yield link;
    isFirst = false;
  }
}

const linkOf = (row: Readonly<Record<string, unknown>>): AuditLink => ({
  seq: Number(row['seq']),
  text: String(row['text']),
  hash: String(row['hash']),
});
