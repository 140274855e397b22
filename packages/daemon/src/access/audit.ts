import type { OperationDefinition } from '@insula/contract';
import type { AuditStore } from '../store/audit-store.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { Caller } from './caller.ts';

/** A call that was answered, or a stream that was begun. */
export interface AnsweredCall {
  readonly caller: Caller;
  /** Who has just logged in by it, or proved himself and was refused all the same. */
  readonly provedUser: string | null;
  readonly row: OperationDefinition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Code of the error, null for success. */
  readonly failure: string | null;
  readonly operation: string | null;
}

/** What such an answer is written down for: reads are not, unless they were refused, nor what would have been done. */
const quiet: readonly OperationDefinition['kind'][] = ['read', 'events'];

/** Writes down what was done and what was refused. */
export class Audit {
  readonly store: AuditStore;
  readonly #directory: DirectoryStore;

  constructor(store: AuditStore, directory: DirectoryStore) {
    this.store = store;
    this.#directory = directory;
  }

  note(call: AnsweredCall): void {
    if (!isWorthNoting(call)) return;
    const { caller, provedUser, row, params, body, failure, operation } = call;
    const { name, via, from } = caller;
    this.store.add({
      at: new Date().toISOString(),
      who: name ?? provedUser ?? this.#typedName(body),
      via: name === null ? 'none' : via,
      from,
      call: row.id,
      target: [...Object.values(params), ...namesIn(body)].map(String).join(' ').slice(0, 200),
      fields: isRecord(body) ? Object.keys(body).slice(0, 64) : [],
      result: failure ?? 'ok',
      operation,
    });
  }

  /** Of a login: a name that nobody has may be a password in the wrong field. */
  #typedName(body: unknown): string {
    const name = isRecord(body) && body['realm'] !== 've' ? String(body['user']) : '';
    return this.#directory.current.users.has(name) ? name : '-';
  }
}

function isWorthNoting({ caller, row, query, failure }: AnsweredCall): boolean {
  // who guesses is noted until slowed down: the log must not be filled by whoever likes to
  if (failure === 'too_many_attempts' || failure === 'unauthenticated') return false;
  if (failure === 'forbidden' || failure === 'not_held' || failure === 'cross_site')
    return caller.name !== null;
  if (quiet.includes(row.kind) || query['dryRun'] === true) return false;
  return row.kind !== 'download' || !row.permission.endsWith('.read');
}

/** Fields of bodies that say what a call is about. None of them is a secret. */
const naming = ['name', 'subject', 'role', 'scope', 've'] as const;

const namesIn = (body: unknown): readonly string[] =>
  isRecord(body)
    ? naming.flatMap((field) => {
        const value = body[field];
        return typeof value === 'string' ? [value] : [];
      })
    : [];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
