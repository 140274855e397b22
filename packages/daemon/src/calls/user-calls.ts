import { holdingsOf, newTotp, type UserRow } from '@insula/access';
import { fault, type Realm, type User, type WhoAmI } from '@insula/contract';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import { ownedVe } from '../access/owners.ts';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { mustHoldAll, mustHoldAllOf } from './hand-on.ts';

type UserCalls = Pick<Reads, 'whoami' | Extract<keyof Reads, `user.${string}` | `totp.${string}`>>;

/** The calls about users and what they prove themselves with. */
export function userCalls({ access }: Node): UserCalls {
  const { directory, credentials, logins, gatekeeper } = access;
  return {
    whoami: ({ caller }) => whoAmI(access, caller),
    'user.list': () => [...directory.current.users.values()].map((user) => userView(access, user)),
    'user.show': ({ params }) => userView(access, find(access, params.user)),
    'user.create': async ({ body, caller }) => {
      const { name, fullName = '', groups = [], realm = 'internal', password } = body;
      if (realm !== 'internal' && password !== undefined) throw fault('foreign_user', { user: name, realm });
      mustHoldAll(access, caller, heldByGroups(access, groups));
      const createdAt = new Date().toISOString();
      directory.addUser({ name, realm, subject: null, fullName, groups, enabled: true, createdAt });
      try {
        if (password !== undefined) await logins.setPassword(name, password);
      } catch (error) {
        directory.removeUser(name);
        throw error;
      }
      return userView(access, find(access, name));
    },
    'user.set': ({ params, body, caller }) => {
      const user = find(access, params.user);
      const next = { ...user, ...body };
      mustHoldAllOf(access, caller, user.name);
      mustHoldAll(access, caller, heldByGroups(access, next.groups));
      mustHoldAll(access, caller, holdingsOf(directory.current, { kind: 'user', name: user.name }));
      directory.changeUser(next);
      if (!next.enabled) credentials.endSessions(user.name, null);
      return userView(access, find(access, user.name));
    },
    'user.password': async ({ params, body, caller }) => {
      const { user } = params;
      mustBeKnownHere(access, user, ['internal']);
      if (caller.name === user && caller.via !== 'socket') {
        mustBeWhole(caller);
        await logins.prove(user, body.current ?? '', caller.from);
      } else {
        if (!caller.authority.holds('access.manage', gatekeeper.node))
          throw fault('forbidden', { permission: 'access.manage' });
        find(access, user);
        mustHoldAllOf(access, caller, user);
      }
      await logins.setPassword(user, body.password);
      credentials.endSessions(
        user,
        caller.via === 'session' && caller.name === user ? caller.credential : null,
      );
      return null;
    },
    'user.delete': ({ params, caller }) => {
      const { name } = find(access, params.user);
      mustHoldAllOf(access, caller, name);
      directory.removeUser(name);
      return null;
    },
    'totp.begin': ({ caller }) => {
      const user = self(access, caller);
      // a provider asks for what it thinks right, and only it is asked
      mustBeKnownHere(access, user, ['internal', 'ldap']);
      if (typeof credentials.proof(user)?.totp === 'string')
        throw fault('entry_exists', { kind: 'totp', name: user });
      const totp = newTotp(user);
      credentials.beginTotp(user, totp.secret);
      return totp;
    },
    'totp.confirm': async ({ body, caller }) => {
      await logins.confirmTotp(self(access, caller), body.code, caller.from);
      return null;
    },
    'totp.remove': ({ params, caller }) => {
      const { name } = find(access, params.user);
      mustHoldAllOf(access, caller, name);
      credentials.removeTotp(name);
      return null;
    },
  };
}

/** The user that a call about oneself is about. @throws CodedError entry_not_found for root, forbidden for a token that lets one do less */
export function self(access: Access, caller: Caller): string {
  mustBeWhole(caller);
  return find(access, caller.name ?? '').name;
}

/** A token that lets one do less must not be a way to what lets one do more. @throws CodedError forbidden */
function mustBeWhole({ authority }: Caller): void {
  if (authority.limit !== null) throw fault('forbidden', { permission: 'account.own by a limited token' });
}

function find({ directory }: Access, name: string): UserRow {
  const user = directory.current.users.get(name);
  if (user === undefined) throw fault('entry_not_found', { kind: 'user', name });
  return user;
}

/** @throws CodedError foreign_user */
export function mustBeKnownHere(
  { directory }: Access,
  name: string,
  realms: readonly UserRow['realm'][],
): void {
  const realm = directory.current.users.get(name)?.realm ?? 'internal';
  if (!realms.includes(realm)) throw fault('foreign_user', { user: name, realm });
}

function heldByGroups({ directory }: Access, groups: readonly string[]) {
  return groups.flatMap((name) => holdingsOf(directory.current, { kind: 'group', name }));
}

function userView({ credentials, passkeys }: Access, { subject: _subject, ...user }: UserRow): User {
  const proof = credentials.proof(user.name);
  return {
    ...user,
    groups: [...user.groups],
    hasPassword: typeof proof?.password === 'string',
    hasTotp: typeof proof?.totp === 'string',
    passkeys: passkeys.store.count(user.name),
    passwordChangedAt: proof?.passwordChangedAt ?? null,
    lastLoginAt: proof?.lastLoginAt ?? null,
  };
}

/** Who a name stands for, as people read it: a user, or the root of a VE. */
export function nameAndRealm(
  { gatekeeper, directory }: Pick<Access, 'gatekeeper' | 'directory'>,
  name: string,
): { readonly user: string; readonly realm: Realm } {
  const uuid = ownedVe(name);
  if (uuid === null) return { user: name, realm: directory.current.users.get(name)?.realm ?? 'internal' };
  return { user: gatekeeper.shown({ kind: 've', uuid }).slice('ve:'.length), realm: 've' };
}

function whoAmI(access: Access, { name, via, credential, from, authority }: Caller): WhoAmI {
  const { directory, gatekeeper, credentials } = access;
  const { limit } = authority;
  const { user, realm } = nameAndRealm(access, name ?? '');
  return {
    user,
    realm: via === 'socket' ? null : realm,
    via,
    from,
    groups: [...(directory.current.users.get(name ?? '')?.groups ?? [])],
    holds: authority.holdings.map(({ role, scope, privileges }) => ({
      role,
      scope: gatekeeper.shown(scope),
      privileges: [...privileges].filter((privilege) => limit?.privileges?.has(privilege) !== false),
    })),
    limited: limit !== null,
    limitedTo: limit?.scope ? gatekeeper.shown(limit.scope) : null,
    node: gatekeeper.nodeName,
    session: via === 'session' ? credential : null,
    hasTotp: typeof credentials.proof(name ?? '')?.totp === 'string',
  };
}
