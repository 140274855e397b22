import { privileges } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Authority, type Holding } from './authority.ts';
import { builtInRoles, grantablePrivileges } from './built-in-roles.ts';
import { authorityOf, type Directory, limitOf, rootAuthority, userHoldings } from './directory.ts';
import { covers, parseScope, type Scope, scopeText, type Target } from './scope.ts';

const web1: Target = { kind: 've', uuid: 'u1', groups: ['web'], node: 'node1' };
const db1: Target = { kind: 've', uuid: 'u2', groups: [], node: 'node2' };
const node1: Target = { kind: 'node', name: 'node1' };

const name = fc.constantFrom('a', 'b', 'c');
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant({ kind: 'everything' } as const),
  fc.record({ kind: fc.constantFrom('node', 'group'), name }),
  fc.record({ kind: fc.constant('ve' as const), uuid: name }),
);
const target: fc.Arbitrary<Target> = fc.oneof(
  scope.filter(({ kind }) => kind !== 've') as fc.Arbitrary<Target>,
  fc.record({ kind: fc.constant('ve' as const), uuid: name, groups: fc.uniqueArray(name), node: name }),
);
const holding: fc.Arbitrary<Holding> = fc.record({
  role: fc.constant('some'),
  privileges: fc.subarray([...grantablePrivileges]).map((list) => new Set(list)),
  scope,
});
const privilege = fc.constantFrom(...grantablePrivileges);

describe('a scope', () => {
  test('covers what it names, and what is in it', () => {
    expect(covers({ kind: 'everything' }, web1)).toBe(true);
    expect(covers({ kind: 'node', name: 'node1' }, web1)).toBe(true);
    expect(covers({ kind: 'node', name: 'node1' }, db1)).toBe(false);
    expect(covers({ kind: 'group', name: 'web' }, web1)).toBe(true);
    expect(covers({ kind: 'group', name: 'web' }, db1)).toBe(false);
    expect(covers({ kind: 've', uuid: 'u1' }, web1)).toBe(true);
    expect(covers({ kind: 've', uuid: 'u1' }, node1)).toBe(false);
  });

  test('of a node covers no group, whose VEs may be elsewhere', () => {
    expect(covers({ kind: 'node', name: 'node1' }, { kind: 'group', name: 'web' })).toBe(false);
  });

  test('comes back from its text as it went', () => {
    fc.assert(
      fc.property(scope, (some) => {
        expect(parseScope(scopeText(some))).toEqual(some);
      }),
    );
  });
});

describe('what is held', () => {
  test('is nothing unless it was given', () => {
    fc.assert(
      fc.property(privilege, target, (wanted, about) => {
        expect(new Authority([]).holds(wanted, about)).toBe(false);
      }),
    );
  });

  test('is only ever more with another grant, and only ever less with a limit', () => {
    fc.assert(
      fc.property(
        fc.array(holding),
        holding,
        fc.option(fc.subarray([...grantablePrivileges])),
        fc.option(scope),
        privilege,
        target,
        (some, another, allowed, within, wanted, about) => {
          const before = new Authority(some).holds(wanted, about);
          const after = new Authority([...some, another]).holds(wanted, about);
          expect(before && !after).toBe(false);
          const limit = { privileges: allowed === null ? null : new Set(allowed), scope: within };
          const limited = new Authority(some, limit).holds(wanted, about);
          expect(limited && !before).toBe(false);
          if (limited) expect(new Authority(some, limit).holdsSomewhere(wanted)).toBe(true);
        },
      ),
    );
  });

  test('may be handed on by whoever holds all of it, and by nobody else', () => {
    const targetOf = (some: Scope): Target =>
      some.kind === 've' ? { kind: 've', uuid: some.uuid, groups: [], node: 'a' } : some;
    fc.assert(
      fc.property(fc.array(holding), fc.array(holding), (mine, others) => {
        const authority = new Authority(mine);
        const lacks = authority.lacksOf(others, targetOf);
        for (const { privileges: wanted, scope: on } of others)
          for (const one of wanted) if (lacks === null) expect(authority.holds(one, targetOf(on))).toBe(true);
        if (lacks !== null) expect(authority.holds(lacks.privilege, lacks.target)).toBe(false);
        expect(rootAuthority.lacksOf(others, targetOf)).toBeNull();
      }),
    );
  });
});

describe('a directory', () => {
  const directory: Directory = {
    users: new Map(
      ['alice', 'bob'].map((user) => [
        user,
        {
          name: user,
          realm: 'internal' as const,
          subject: null,
          fullName: '',
          groups: ['support'],
          enabled: user === 'alice',
          createdAt: '',
        },
      ]),
    ),
    roles: new Map([
      ['watcher', { name: 'watcher', title: '', builtIn: false, privileges: ['ve.read' as const] }],
    ]),
    grants: [
      {
        id: '1',
        subject: { kind: 'group', name: 'support' },
        role: 'watcher',
        scope: { kind: 'group', name: 'web' },
        createdAt: '',
        createdBy: '',
      },
      {
        id: '2',
        subject: { kind: 'user', name: 'alice' },
        role: 've-owner',
        scope: { kind: 've', uuid: 'u2' },
        createdAt: '',
        createdBy: '',
      },
    ],
  };

  test('gives what a user was given, and the groups that it is in', () => {
    const alice = authorityOf(directory, 'alice');
    expect(alice.holds('ve.read', web1)).toBe(true);
    expect(alice.holds('ve.power', web1)).toBe(false);
    expect(alice.holds('ve.power', db1)).toBe(true);
  });

  test('gives nothing to who is shut out or unknown', () => {
    expect(userHoldings(directory, 'bob')).toEqual([]);
    expect(userHoldings(directory, 'carol')).toEqual([]);
  });

  test('lets a token do what both its role and its user may', () => {
    const token = authorityOf(
      directory,
      'alice',
      limitOf(directory, 'administrator', { kind: 've', uuid: 'u2' }),
    );
    expect(token.holds('ve.power', db1)).toBe(true);
    expect(token.holds('ve.read', web1)).toBe(false);
    expect(token.holds('ve.destroy', db1)).toBe(false);
    expect(authorityOf(directory, 'alice', limitOf(directory, 'gone', null)).holds('ve.read', web1)).toBe(
      false,
    );
  });
});

describe('the roles that are built in', () => {
  test('are named once, and hold privileges that there are', () => {
    expect(new Set(builtInRoles.map((role) => role.name)).size).toBe(builtInRoles.length);
    for (const role of builtInRoles) for (const one of role.privileges) expect(privileges).toContain(one);
  });

  test('but the administrator cannot manage users, nor name files of the node', () => {
    for (const role of builtInRoles) {
      const isAll = role.name === 'administrator';
      for (const one of ['access.manage', 'node.admin', 'audit.read'] as const)
        expect(role.privileges.includes(one), role.name).toBe(isAll);
    }
  });

  test('of a monitor only sees', () => {
    const monitor = builtInRoles.find((role) => role.name === 'monitor');
    for (const one of monitor?.privileges ?? []) expect(one).toMatch(/\.read$/);
  });
});
