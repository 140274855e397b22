import { Type } from 'typebox';
import {
  AccessGrant,
  EntryId,
  GrantCreate,
  Role,
  RoleChange,
  RoleCreate,
  RoleName,
} from '../schemas/access.ts';
import { column, defineOperation } from './definition.ts';

const roleParams = Type.Object({ role: RoleName }, { additionalProperties: false });
const grantParams = Type.Object({ grant: EntryId }, { additionalProperties: false });
const reading = ['invalid_input', 'entry_not_found', 'forbidden', 'internal'] as const;
const changing = [...reading, 'unknown_field', 'not_held'] as const;

export const roleList = defineOperation({
  id: 'role.list',
  title: 'List roles',
  description: 'The roles that are built in, and your own.',
  kind: 'read',
  method: 'GET',
  path: '/v1/roles',
  result: Type.Array(Role),
  errors: ['forbidden', 'internal'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['role', 'list'],
    positionals: [],
    columns: [
      column('name'),
      column('title'),
      column('builtIn', { title: 'BUILT IN' }),
      column('privileges'),
    ],
    examples: [{ command: 'insula role list', text: 'all roles with what they let one do' }],
  },
});

export const roleCreate = defineOperation({
  id: 'role.create',
  title: 'Create a role',
  description:
    'Makes a role, from another one or from privileges. Only what one holds everywhere can be in it.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/roles',
  body: RoleCreate,
  result: Role,
  errors: [...changing, 'entry_exists'],
  permission: 'access.manage',
  cli: {
    verb: ['role', 'create'],
    positionals: [{ field: 'name' }],
    examples: [
      { command: 'insula role create caretaker --from ve-owner', text: 'a copy that can be changed' },
      { command: 'insula role create watcher --privileges ve.read,operation.read', text: 'from privileges' },
    ],
  },
});

export const roleSet = defineOperation({
  id: 'role.set',
  title: 'Change a role',
  description: 'Changes a role of your own; it counts at once wherever it was granted.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/roles/{role}',
  params: roleParams,
  body: RoleChange,
  result: Role,
  errors: [...changing, 'built_in'],
  permission: 'access.manage',
  cli: {
    verb: ['role', 'set'],
    positionals: [{ field: 'role' }],
    examples: [{ command: 'insula role set watcher --privileges ve.read', text: 'less than before' }],
  },
});

export const roleDelete = defineOperation({
  id: 'role.delete',
  title: 'Delete a role',
  description: 'Deletes a role of your own that is granted to nobody.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/roles/{role}',
  params: roleParams,
  result: Type.Null(),
  errors: [...changing, 'built_in', 'role_in_use'],
  permission: 'access.manage',
  cli: {
    verb: ['role', 'delete'],
    positionals: [{ field: 'role' }],
    examples: [{ command: 'insula role delete watcher', text: 'a role that nobody has' }],
  },
});

export const grantList = defineOperation({
  id: 'grant.list',
  title: 'List grants',
  description: 'Who holds which role on what, as far as one may see it.',
  kind: 'read',
  method: 'GET',
  path: '/v1/grants',
  result: Type.Array(AccessGrant),
  errors: ['forbidden', 'internal'],
  permission: 'access.read',
  scope: 'somewhere',
  cli: {
    verb: ['grant', 'list'],
    positionals: [],
    columns: [
      column('id'),
      column('subject'),
      column('role'),
      column('scope'),
      column('createdBy', { title: 'BY', shown: false }),
      column('createdAt', { title: 'CREATED', shown: false }),
    ],
    examples: [{ command: 'insula grant list --filter scope=ve:web1', text: 'who may do something to web1' }],
  },
});

export const grantCreate = defineOperation({
  id: 'grant.create',
  title: 'Grant a role',
  description:
    'Gives a user or group a role on everything, a node, the VEs of a group, or one VE. Only what one holds there can be given.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/grants',
  body: GrantCreate,
  result: AccessGrant,
  errors: [...changing, 've_not_found'],
  permission: 'access.manage',
  scope: 'somewhere',
  cli: {
    verb: ['grant', 'create'],
    positionals: [{ field: 'subject' }, { field: 'role' }, { field: 'scope' }],
    examples: [
      { command: 'insula grant create user:alice ve-owner ve:web1', text: 'alice owns web1' },
      { command: 'insula grant create group:support monitor everything', text: 'a group sees all' },
    ],
  },
});

export const grantDelete = defineOperation({
  id: 'grant.delete',
  title: 'Take a grant back',
  description: 'Takes a role back. What its holder has open on it ends.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/grants/{grant}',
  params: grantParams,
  result: Type.Null(),
  errors: [...changing],
  permission: 'access.manage',
  scope: 'somewhere',
  cli: {
    verb: ['grant', 'delete'],
    positionals: [{ field: 'grant' }],
    examples: [{ command: 'insula grant delete 7', text: 'the number is in `insula grant list`' }],
  },
});
