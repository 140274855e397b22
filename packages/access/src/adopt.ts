import type { UserRealm } from '@insula/contract';
import type { Directory, UserRow } from './directory.ts';

/** Somebody who proved himself in a realm that the node asks. */
export interface ForeignIdentity {
  readonly realm: Exclude<UserRealm, 'internal'>;
  /** What the realm knows him by for good, whatever he is called. */
  readonly subject: string;
  readonly name: string;
  readonly fullName: string;
  /** null when the realm says nothing about groups. */
  readonly groups: readonly string[] | null;
}

/** The user that somebody is here: one who is known, as the realm describes him today, or a new one. */
export type Adoption =
  | { readonly kind: 'known' | 'new'; readonly user: UserRow }
  | { readonly kind: 'refused'; readonly problem: string };

const userName = /^[a-z][a-z0-9._-]{0,31}$/;
const groupName = /^[a-z][a-z0-9-]{0,30}$/;
const mostGroups = 64;
const longestFullName = 128;

/**
 * Who knows him by his subject knows him whatever he is called there. A name alone makes somebody a user once: that of a user whom an
 * administrator made for this realm, and who has not been here yet. A name that a user of another realm has is never taken.
 */
export function adopt(
  { users }: Pick<Directory, 'users'>,
  identity: ForeignIdentity,
  { createUsers, at }: { readonly createUsers: boolean; readonly at: string },
): Adoption {
  const { realm, subject } = identity;
  const name = identity.name.toLowerCase();
  const asDescribed = (user: UserRow): UserRow => ({
    ...user,
    subject,
    fullName: nameForPeople(identity.fullName) || user.fullName,
    groups: identity.groups === null ? user.groups : namesOfGroups(identity.groups),
  });
  if (subject === '') return refused('it has no lasting id');
  const known = [...users.values()].find((user) => user.realm === realm && user.subject === subject);
  if (known !== undefined) return { kind: 'known', user: asDescribed(known) };
  if (!userName.test(name))
    return refused(`${JSON.stringify(identity.name.slice(0, 64))} is no name of a user`);
  const namesake = users.get(name);
  if (namesake?.realm === realm && namesake.subject === null)
    return { kind: 'known', user: asDescribed(namesake) };
  if (namesake !== undefined) return refused(`${name} is somebody else`);
  if (!createUsers) return refused(`there is no user ${name}`);
  const fresh = { name, realm, subject, fullName: '', groups: [], enabled: true, createdAt: at };
  return { kind: 'new', user: asDescribed(fresh) };
}

const refused = (problem: string): Adoption => ({ kind: 'refused', problem });

/** Groups whose names are none here mean nothing here. */
function namesOfGroups(names: readonly string[]): readonly string[] {
  const usable = names.map((name) => name.toLowerCase()).filter((name) => groupName.test(name));
  return [...new Set(usable)].toSorted().slice(0, mostGroups);
}

const nameForPeople = (text: string): string =>
  text
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, longestFullName);
