import type { DatabaseSync } from 'node:sqlite';
import {
  type Directory,
  type GrantRow,
  parseScope,
  type RoleRow,
  type Scope,
  type Subject,
  scopeText,
  type UserRow,
} from '@insula/access';
import { fault, type Privilege, privilegeTable } from '@insula/contract';
import { durably, runDurably } from './database.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Users, roles and grants: in SQLite, and whole in memory, since every call asks for them. `onChange` is told after each change, so
 * that what is open can be judged anew.
 */
export class DirectoryStore {
  readonly #database: DatabaseSync;
  readonly #listeners = new Set<() => void>();
  #current: Directory;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#current = this.#read();
  }

  get current(): Directory {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** @throws CodedError entry_exists */
  addUser(user: UserRow): void {
    if (this.#current.users.has(user.name)) throw fault('entry_exists', { kind: 'user', name: user.name });
    const { name, realm, subject, fullName, groups, enabled, createdAt } = user;
    this.#change(
      'INSERT INTO users (name, realm, subject, full_name, groups, enabled, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      name,
      realm,
      subject,
      fullName,
      JSON.stringify(groups),
      enabled ? 1 : 0,
      createdAt,
    );
  }

  changeUser({ name, subject, fullName, groups, enabled }: UserRow): void {
    this.#change(
      'UPDATE users SET subject = ?, full_name = ?, groups = ?, enabled = ? WHERE name = ?',
      subject,
      fullName,
      JSON.stringify(groups),
      enabled ? 1 : 0,
      name,
    );
  }

  /** With its grants: a user who comes later under this name begins with nothing. */
  removeUser(name: string): void {
    durably(this.#database, () => {
      this.#database.prepare('DELETE FROM grants WHERE subject = ?').run(`user:${name}`);
      this.#database.prepare('DELETE FROM users WHERE name = ?').run(name);
    });
    this.#reload();
  }

  putRole({ name, title, privileges }: RoleRow): void {
    this.#change(
      `INSERT INTO roles (name, title, privileges) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET title = excluded.title, privileges = excluded.privileges`,
      name,
      title,
      JSON.stringify(privileges),
    );
  }

  removeRole(name: string): void {
    this.#change('DELETE FROM roles WHERE name = ?', name);
  }

  /** The new grant, or the one that said the same before. */
  addGrant(grant: Omit<GrantRow, 'id'>): GrantRow {
    const subject = subjectText(grant.subject);
    const scope = scopeText(grant.scope);
    this.#change(
      'INSERT OR IGNORE INTO grants (subject, role, scope, created_at, created_by) VALUES (?, ?, ?, ?, ?)',
      subject,
      grant.role,
      scope,
      grant.createdAt,
      grant.createdBy,
    );
    const found = this.#current.grants.find(
      (row) =>
        row.role === grant.role && subjectText(row.subject) === subject && scopeText(row.scope) === scope,
    );
    if (found === undefined) throw fault('internal', { problem: 'a grant was not written' });
    return found;
  }

  removeGrant(id: string): void {
    this.#change('DELETE FROM grants WHERE id = ?', Number(id));
  }

  #change(statement: string, ...values: (string | number | null)[]): void {
    runDurably(this.#database, statement, ...values);
    this.#reload();
  }

  #reload(): void {
    this.#current = this.#read();
    for (const listener of this.#listeners) listener();
  }

  #read(): Directory {
    const all = (table: string): readonly Row[] =>
      this.#database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all();
    return {
      users: new Map(all('users').map((row) => [String(row['name']), userOf(row)])),
      roles: new Map(all('roles').map((row) => [String(row['name']), roleOf(row)])),
      grants: all('grants').map(grantOf),
    };
  }
}

export function subjectText({ kind, name }: Subject): string {
  return `${kind}:${name}`;
}

export function parseSubject(text: string): Subject {
  const [kind, name = ''] = text.split(':', 2);
  return { kind: kind === 'group' ? 'group' : 'user', name };
}

const userOf = (row: Row): UserRow => ({
  name: String(row['name']),
  realm: row['realm'] as UserRow['realm'],
  subject: row['subject'] as string | null,
  fullName: String(row['full_name']),
  groups: JSON.parse(String(row['groups'])) as string[],
  enabled: row['enabled'] === 1,
  createdAt: String(row['created_at']),
});

/** A privilege that a newer version knew means nothing here. */
const roleOf = (row: Row): RoleRow => ({
  name: String(row['name']),
  title: String(row['title']),
  builtIn: false,
  privileges: (JSON.parse(String(row['privileges'])) as Privilege[]).filter((name) =>
    Object.hasOwn(privilegeTable, name),
  ),
});

const grantOf = (row: Row): GrantRow => ({
  id: String(row['id']),
  subject: parseSubject(String(row['subject'])),
  role: String(row['role']),
  scope: parseScope(String(row['scope'])) satisfies Scope,
  createdAt: String(row['created_at']),
  createdBy: String(row['created_by']),
});
