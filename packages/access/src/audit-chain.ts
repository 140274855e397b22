import { createHash } from 'node:crypto';

/** One line of the audit log: who did what to what, from where, and what came of it. */
export interface AuditEntry {
  readonly at: string;
  readonly who: string;
  readonly via: string;
  readonly from: string;
  /** Id of the call. */
  readonly call: string;
  readonly target: string;
  /** Names of the fields that were sent; never what was in them. */
  readonly fields: readonly string[];
  /** `ok`, or the code of the error. */
  readonly result: string;
  /** The operation that was begun. */
  readonly operation: string | null;
}

/** An entry as it is written: `text` is its JSON, `hash` stands for it and all before it. */
export interface AuditLink {
  readonly seq: number;
  readonly text: string;
  readonly hash: string;
}

/** What the first entry of all is chained to. */
export const chainStart = '0'.repeat(64);

/** SHA-256 over the hash before, the number, and the text: none of them can be changed, left out or moved without all that follow. */
export function chainHash(previous: string, seq: number, text: string): string {
  return createHash('sha256').update(`${previous}\n${seq}\n${text}`).digest('hex');
}

/** The number of the first entry that does not follow from the one before it, null when all do. */
export function firstBreak(
  links: Iterable<AuditLink>,
  previous: { readonly seq: number; readonly hash: string },
): number | null {
  let { seq: last, hash } = previous;
  for (const link of links) {
    if (link.seq !== last + 1 || link.hash !== chainHash(hash, link.seq, link.text)) return link.seq;
    last = link.seq;
    hash = link.hash;
  }
  return null;
}
