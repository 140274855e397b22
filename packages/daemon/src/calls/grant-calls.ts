import { builtInRoles, type GrantRow, type RoleRow, roleOf } from '@insula/access';
import { type AccessGrant, fault, type Privilege, type Role } from '@insula/contract';
import type { Access } from '../access/access.ts';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import { parseSubject, subjectText } from '../store/directory-store.ts';
import { mustHold } from './hand-on.ts';

type GrantCalls = Pick<Reads, Extract<keyof Reads, `role.${string}` | `grant.${string}`>>;

const everything = { kind: 'everything' } as const;

/** The calls about roles, and who holds which on what. */
export function grantCalls({ access, registry }: Node): GrantCalls {
  const { directory, gatekeeper } = access;
  const mustBeOwn = (name: string): RoleRow => {
    const role = findRole(access, name);
    if (role.builtIn) throw fault('built_in', { role: name });
    return role;
  };
  return {
    'role.list': () => [...builtInRoles, ...directory.current.roles.values()].map(roleView),
    'role.create': ({ body, caller }) => {
      const { name, title, from } = body;
      if (roleOf(directory.current, name) !== undefined) throw fault('entry_exists', { kind: 'role', name });
      const origin = from === undefined ? undefined : findRole(access, from);
      const privileges = withoutOwn(body.privileges ?? origin?.privileges ?? []);
      mustHold(access, caller, privileges, everything);
      const role = { name, title: title ?? origin?.title ?? '', builtIn: false, privileges };
      directory.putRole(role);
      return roleView(role);
    },
    'role.set': ({ params, body, caller }) => {
      const role = mustBeOwn(params.role);
      const next = {
        ...role,
        ...body,
        privileges: withoutOwn(body.privileges ?? role.privileges),
      };
      mustHold(access, caller, next.privileges, everything);
      directory.putRole(next);
      return roleView(next);
    },
    'role.delete': ({ params, caller }) => {
      const role = mustBeOwn(params.role);
      mustHold(access, caller, role.privileges, everything);
      const count = directory.current.grants.filter((grant) => grant.role === role.name).length;
      if (count > 0) throw fault('role_in_use', { role: role.name, count });
      directory.removeRole(role.name);
      return null;
    },
    'grant.list': () => directory.current.grants.map((grant) => grantView(access, grant)),
    'grant.create': ({ body, caller }) => {
      const subject = parseSubject(body.subject);
      const named = /^ve:(.*)$/.exec(body.scope)?.[1];
      const scope = gatekeeper.scopeOf(
        named === undefined ? body.scope : `ve:${registry.find(named).spec.uuid}`,
      );
      mustHold(access, caller, ['access.manage'], scope);
      if (subject.kind === 'user' && !directory.current.users.has(subject.name))
        throw fault('entry_not_found', { kind: 'user', name: subject.name });
      const role = findRole(access, body.role);
      mustHold(access, caller, role.privileges, scope);
      const createdAt = new Date().toISOString();
      const createdBy = caller.name ?? '';
      return grantView(access, directory.addGrant({ subject, role: role.name, scope, createdAt, createdBy }));
    },
    'grant.delete': ({ params, caller }) => {
      const grant = directory.current.grants.find(({ id }) => id === params.grant);
      const target = grant === undefined ? undefined : gatekeeper.targetOf(grant.scope);
      if (grant === undefined || target === undefined || !caller.authority.holds('access.read', target))
        throw fault('entry_not_found', { kind: 'grant', name: params.grant });
      mustHold(access, caller, ['access.manage'], grant.scope);
      mustHold(access, caller, roleOf(directory.current, grant.role)?.privileges ?? [], grant.scope);
      directory.removeGrant(grant.id);
      return null;
    },
  };
}

function findRole({ directory }: Access, name: string): RoleRow {
  const role = roleOf(directory.current, name);
  if (role === undefined) throw fault('entry_not_found', { kind: 'role', name });
  return role;
}

const withoutOwn = (privileges: readonly Privilege[]): readonly Privilege[] =>
  privileges.filter((privilege) => privilege !== 'account.own');

const roleView = ({ name, title, builtIn, privileges }: RoleRow): Role => ({
  name,
  title,
  builtIn,
  privileges: [...privileges],
});

function grantView({ gatekeeper }: Access, grant: GrantRow): AccessGrant {
  const { id, subject, role, scope, createdAt, createdBy } = grant;
  return { id, subject: subjectText(subject), role, scope: gatekeeper.shown(scope), createdAt, createdBy };
}
