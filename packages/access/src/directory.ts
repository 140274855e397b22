import type { Privilege, UserRealm } from '@insula/contract';
import { Authority, type Holding, type Limit } from './authority.ts';
import { builtInRoles, grantablePrivileges, type RoleRow } from './built-in-roles.ts';
import type { Scope } from './scope.ts';

export interface Subject {
  readonly kind: 'user' | 'group';
  readonly name: string;
}

/** A role that is held on something. */
export interface GrantRow {
  readonly id: string;
  readonly subject: Subject;
  readonly role: string;
  readonly scope: Scope;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface UserRow {
  readonly name: string;
  readonly realm: UserRealm;
  /** What a realm other than the node's own knows the user by; null until the first login. */
  readonly subject: string | null;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: string;
}

/** Users, roles and grants at one moment. */
export interface Directory {
  readonly users: ReadonlyMap<string, UserRow>;
  /** Roles that are not built in. */
  readonly roles: ReadonlyMap<string, RoleRow>;
  readonly grants: readonly GrantRow[];
}

export function roleOf({ roles }: Directory, name: string): RoleRow | undefined {
  return builtInRoles.find((role) => role.name === name) ?? roles.get(name);
}

/** What a subject was given itself. */
export function holdingsOf(directory: Directory, subject: Subject): readonly Holding[] {
  return directory.grants
    .filter((grant) => grant.subject.kind === subject.kind && grant.subject.name === subject.name)
    .flatMap(({ role, scope }) => {
      const row = roleOf(directory, role);
      return row === undefined ? [] : [{ role, scope, privileges: new Set(row.privileges) }];
    });
}

/** What a user holds, also through groups. Somebody who is unknown or not enabled holds nothing. */
export function userHoldings(directory: Directory, name: string): readonly Holding[] {
  const user = directory.users.get(name);
  if (user === undefined || !user.enabled) return [];
  return [
    ...holdingsOf(directory, { kind: 'user', name }),
    ...user.groups.flatMap((group) => holdingsOf(directory, { kind: 'group', name: group })),
  ];
}

export function authorityOf(directory: Directory, name: string, limit: Limit | null = null): Authority {
  return new Authority(userHoldings(directory, name), limit);
}

/** The limit of a token. A role that there is no more lets one do nothing. */
export function limitOf(directory: Directory, role: string | null, scope: Scope | null): Limit | null {
  if (role === null && scope === null) return null;
  const privileges = role === null ? null : new Set<Privilege>(roleOf(directory, role)?.privileges ?? []);
  return { privileges, scope };
}

/** Root of the node may do everything, whatever the database says. */
export const rootAuthority = new Authority([
  { role: 'root', scope: { kind: 'everything' }, privileges: new Set(grantablePrivileges) },
]);
