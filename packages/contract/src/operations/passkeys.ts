import { Type } from 'typebox';
import { EntryId, UserName } from '../schemas/access.ts';
import { Passkey, PasskeyBegin, PasskeyChange, PasskeyCreate, PasskeyCreation } from '../schemas/passkey.ts';
import { column, defineOperation } from './definition.ts';

const passkeyParams = Type.Object({ passkey: EntryId }, { additionalProperties: false });
const ofUser = Type.Object(
  { user: Type.Optional(Type.Union([UserName], { description: 'Of this user, not of oneself' })) },
  { additionalProperties: false },
);
const reading = ['invalid_input', 'entry_not_found', 'forbidden', 'internal'] as const;

export const passkeyList = defineOperation({
  id: 'passkey.list',
  title: 'List passkeys',
  description: 'Passkeys of oneself or of another user.',
  kind: 'read',
  method: 'GET',
  path: '/v1/passkeys',
  query: ofUser,
  result: Type.Array(Passkey),
  errors: [...reading],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['passkey', 'list'],
    positionals: [],
    columns: [
      column('id'),
      column('user'),
      column('name'),
      column('host', { title: 'WORKS AT' }),
      column('createdAt', { title: 'REGISTERED' }),
      column('lastUsedAt', { title: 'LAST USED' }),
      column('copied', { shown: false }),
    ],
    examples: [{ command: 'insula passkey list --user alice', text: 'what alice logs in with' }],
  },
});

export const passkeyBegin = defineOperation({
  id: 'passkey.begin',
  title: 'Begin to register a passkey',
  description:
    'Tells what a browser makes a passkey of oneself from, and gives it a cookie by which it is known when it comes with the answer, within five minutes. For users whose password the node knows, after a fresh login or with the password.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/passkeys/challenge',
  body: PasskeyBegin,
  result: PasskeyCreation,
  errors: [
    ...reading,
    'unknown_field',
    'passkey_elsewhere',
    'foreign_user',
    'fresh_login_needed',
    'login_refused',
    'too_many_attempts',
  ],
  permission: 'account.own',
  scope: 'own',
});

export const passkeyCreate = defineOperation({
  id: 'passkey.create',
  title: 'Register a passkey',
  description:
    'Keeps the passkey that a browser has made. It lets its user in without a password, and from now on the password alone does not.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/passkeys',
  body: PasskeyCreate,
  result: Passkey,
  errors: [...reading, 'unknown_field', 'passkey_elsewhere', 'passkey_refused', 'entry_exists'],
  permission: 'account.own',
  scope: 'own',
});

export const passkeySet = defineOperation({
  id: 'passkey.set',
  title: 'Rename a passkey',
  description: 'Calls a passkey of oneself something else.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/passkeys/{passkey}',
  params: passkeyParams,
  body: PasskeyChange,
  result: Passkey,
  errors: [...reading, 'unknown_field'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['passkey', 'rename'],
    positionals: [{ field: 'passkey' }, { field: 'name' }],
    examples: [{ command: 'insula passkey rename 7f3a "blue key"', text: 'what the list calls it' }],
  },
});

export const passkeyRemove = defineOperation({
  id: 'passkey.remove',
  title: 'Remove a passkey',
  description:
    'Removes a passkey of oneself, or of another user for who has lost it. As for passwords of others, only who holds all that the user holds may do the latter. Sessions go on.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/passkeys/{passkey}',
  params: passkeyParams,
  result: Type.Null(),
  errors: [...reading, 'not_held'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['passkey', 'remove'],
    positionals: [{ field: 'passkey' }],
    examples: [{ command: 'insula passkey remove 7f3a', text: 'it lets nobody in any more' }],
  },
});
