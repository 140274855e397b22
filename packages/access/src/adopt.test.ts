import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adopt, type ForeignIdentity } from './adopt.ts';
import type { UserRow } from './directory.ts';

const at = '2026-01-01T00:00:00.000Z';
const user = (name: string, more: Partial<UserRow> = {}): UserRow => ({
  name,
  realm: 'internal',
  subject: null,
  fullName: '',
  groups: [],
  enabled: true,
  createdAt: at,
  ...more,
});
const directory = (...rows: readonly UserRow[]) => ({ users: new Map(rows.map((row) => [row.name, row])) });
const alice: ForeignIdentity = {
  realm: 'oidc',
  subject: 'id-1',
  name: 'alice',
  fullName: 'Alice',
  groups: null,
};

test('whoever the realm knows by his id is the same user under any name', () => {
  const known = directory(user('alice', { realm: 'oidc', subject: 'id-1', groups: ['staff'] }));
  expect(adopt(known, { ...alice, name: 'alice.married' }, { createUsers: false, at })).toEqual({
    kind: 'known',
    user: user('alice', { realm: 'oidc', subject: 'id-1', fullName: 'Alice', groups: ['staff'] }),
  });
});

test('a user whom an administrator made for the realm is bound to the first who logs in by his name, and to no second', () => {
  const made = directory(user('alice', { realm: 'oidc' }));
  expect(adopt(made, alice, { createUsers: false, at })).toMatchObject({
    kind: 'known',
    user: { name: 'alice', subject: 'id-1' },
  });
  const bound = directory(user('alice', { realm: 'oidc', subject: 'id-1' }));
  expect(adopt(bound, { ...alice, subject: 'id-2' }, { createUsers: true, at }).kind).toBe('refused');
});

test('a name that a user of another realm has lets nobody in as that user', () => {
  for (const realm of ['internal', 'ldap'] as const)
    expect(adopt(directory(user('alice', { realm })), alice, { createUsers: true, at }).kind).toBe('refused');
  const other = directory(user('alice', { realm: 'ldap', subject: 'id-1' }));
  expect(adopt(other, alice, { createUsers: true, at }).kind).toBe('refused');
});

test('strangers become users only where that is wanted, with the groups that the realm says', () => {
  expect(adopt(directory(), alice, { createUsers: false, at }).kind).toBe('refused');
  const groups = ['Web-Admins', 'web-admins', 'not a name', 'ops'];
  expect(adopt(directory(), { ...alice, name: 'Alice', groups }, { createUsers: true, at })).toEqual({
    kind: 'new',
    user: user('alice', { realm: 'oidc', subject: 'id-1', fullName: 'Alice', groups: ['ops', 'web-admins'] }),
  });
});

test('whatever a realm says, what comes of it is a user as there may be, or nobody', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.option(fc.array(fc.string())),
      (subject, name, fullName, groups) => {
        const adoption = adopt(
          directory(user('root-user')),
          { realm: 'oidc', subject, name, fullName, groups },
          { createUsers: true, at },
        );
        if (adoption.kind === 'refused') return;
        expect(adoption.user.name).toMatch(/^[a-z][a-z0-9._-]{0,31}$/);
        expect(adoption.user.name).not.toBe('root-user');
        expect(adoption.user.fullName).not.toMatch(/\p{C}/u);
        for (const group of adoption.user.groups) expect(group).toMatch(/^[a-z][a-z0-9-]{0,30}$/);
      },
    ),
  );
});
