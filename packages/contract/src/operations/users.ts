import { Type } from 'typebox';
import {
  PasswordChange,
  TotpCode,
  TotpSecret,
  User,
  UserChange,
  UserCreate,
  UserName,
  WhoAmI,
} from '../schemas/access.ts';
import { column, defineOperation } from './definition.ts';

const userParams = Type.Object({ user: UserName }, { additionalProperties: false });
const reading = ['invalid_input', 'entry_not_found', 'forbidden', 'internal'] as const;
const changing = [...reading, 'unknown_field', 'not_held'] as const;

const columns = [
  column('name'),
  column('fullName', { title: 'FULL NAME' }),
  column('realm'),
  column('groups'),
  column('enabled'),
  column('hasTotp', { title: 'SECOND FACTOR' }),
  column('passkeys', { align: 'right' }),
  column('lastLoginAt', { title: 'LAST LOGIN' }),
  column('hasPassword', { title: 'PASSWORD', shown: false }),
  column('createdAt', { title: 'CREATED', shown: false }),
];

export const whoAmI = defineOperation({
  id: 'whoami',
  title: 'Show who asks',
  description: 'Who this caller is to the node, and what he may do on what.',
  kind: 'read',
  method: 'GET',
  path: '/v1/whoami',
  result: WhoAmI,
  errors: ['forbidden', 'internal'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['whoami'],
    positionals: [],
    examples: [{ command: 'insula whoami', text: 'who one is, and what one may do' }],
  },
});

export const userList = defineOperation({
  id: 'user.list',
  title: 'List users',
  description: 'The users of the API.',
  kind: 'read',
  method: 'GET',
  path: '/v1/users',
  result: Type.Array(User),
  errors: ['forbidden', 'internal'],
  permission: 'access.read',
  cli: {
    verb: ['user', 'list'],
    positionals: [],
    columns,
    examples: [{ command: 'insula user list', text: 'who may log in' }],
  },
});

export const userShow = defineOperation({
  id: 'user.show',
  title: 'Show a user',
  description: 'One user of the API.',
  kind: 'read',
  method: 'GET',
  path: '/v1/users/{user}',
  params: userParams,
  result: User,
  errors: [...reading],
  permission: 'access.read',
  cli: {
    verb: ['user', 'show'],
    positionals: [{ field: 'user' }],
    examples: [{ command: 'insula user show alice', text: 'one user' }],
  },
});

export const userCreate = defineOperation({
  id: 'user.create',
  title: 'Create a user',
  description:
    'Makes a user, who may do nothing until a role is granted. Being put into a group gives what the group holds.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/users',
  body: UserCreate,
  result: User,
  errors: [...changing, 'entry_exists', 'weak_password', 'foreign_user'],
  permission: 'access.manage',
  cli: {
    verb: ['user', 'create'],
    positionals: [{ field: 'name' }],
    examples: [
      { command: 'insula user create alice --password', text: 'asks for the password' },
      { command: 'insula user create backup --groups robots', text: 'one for tokens only' },
      { command: 'insula user create bob --realm oidc', text: 'one who logs in at the provider' },
    ],
  },
});

export const userSet = defineOperation({
  id: 'user.set',
  title: 'Change a user',
  description:
    'Changes a user. One that is not enabled is let in nowhere, and what it had open ends. Only who holds all that the user would hold may do this.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/users/{user}',
  params: userParams,
  body: UserChange,
  result: User,
  errors: [...changing],
  permission: 'access.manage',
  cli: {
    verb: ['user', 'set'],
    positionals: [{ field: 'user' }],
    examples: [{ command: 'insula user set alice --no-enabled', text: 'shut out at once' }],
  },
});

export const userPassword = defineOperation({
  id: 'user.password',
  title: 'Set the password of a user',
  description:
    'Sets a password: that of oneself with the one until now, that of others as who holds all that the user holds. All sessions of the user but the one that asks end.',
  kind: 'edit',
  method: 'PUT',
  path: '/v1/users/{user}/password',
  params: userParams,
  body: PasswordChange,
  result: Type.Null(),
  errors: [...changing, 'weak_password', 'foreign_user', 'login_refused', 'too_many_attempts'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['user', 'password'],
    positionals: [{ field: 'user' }],
    examples: [{ command: 'insula user password alice', text: 'asks for the new one' }],
  },
});

export const userDelete = defineOperation({
  id: 'user.delete',
  title: 'Delete a user',
  description: 'Deletes a user with its grants, tokens, sessions and certificates.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/users/{user}',
  params: userParams,
  result: Type.Null(),
  errors: [...changing],
  permission: 'access.manage',
  cli: {
    verb: ['user', 'delete'],
    positionals: [{ field: 'user' }],
    examples: [{ command: 'insula user delete alice', text: 'with everything that stood for alice' }],
  },
});

export const totpBegin = defineOperation({
  id: 'totp.begin',
  title: 'Begin with a second factor',
  description:
    'Makes a secret for one-time codes (TOTP, RFC 6238) of oneself. It counts once a first code was given to `totp.confirm`.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/totp',
  result: TotpSecret,
  errors: ['entry_not_found', 'entry_exists', 'forbidden', 'internal', 'foreign_user'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['totp', 'begin'],
    positionals: [],
    shows: true,
    examples: [{ command: 'insula totp begin', text: 'a secret for the app' }],
  },
});

export const totpConfirm = defineOperation({
  id: 'totp.confirm',
  title: 'Confirm a second factor',
  description: 'From now on each login of oneself needs a code, too.',
  kind: 'edit',
  method: 'PUT',
  path: '/v1/totp',
  body: Type.Object({ code: TotpCode }, { additionalProperties: false }),
  result: Type.Null(),
  errors: [
    'invalid_input',
    'unknown_field',
    'forbidden',
    'internal',
    'login_refused',
    'too_many_attempts',
    'entry_not_found',
  ],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['totp', 'confirm'],
    positionals: [{ field: 'code' }],
    examples: [{ command: 'insula totp confirm 123456', text: 'the first code of the app' }],
  },
});

export const totpRemove = defineOperation({
  id: 'totp.remove',
  title: 'Take a second factor away',
  description:
    'Logins of the user need no code any more: for who has lost the phone. As for passwords of others, only who holds all that the user holds may do this.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/users/{user}/totp',
  params: userParams,
  result: Type.Null(),
  errors: [...changing],
  permission: 'access.manage',
  cli: {
    verb: ['totp', 'remove'],
    positionals: [{ field: 'user' }],
    examples: [{ command: 'insula totp remove alice', text: 'the password alone will do' }],
  },
});
