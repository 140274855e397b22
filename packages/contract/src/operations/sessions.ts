import { Type } from 'typebox';
import { ApiToken, EntryId, TokenCreate, TokenCreated, UserName, UserSession } from '../schemas/access.ts';
import { column, defineOperation } from './definition.ts';

const ofUser = Type.Object(
  { user: Type.Optional(Type.Union([UserName], { description: 'Of this user, not of oneself' })) },
  { additionalProperties: false },
);
const sessionParams = Type.Object({ session: EntryId }, { additionalProperties: false });
const tokenParams = Type.Object({ token: EntryId }, { additionalProperties: false });
const reading = ['invalid_input', 'entry_not_found', 'forbidden', 'internal'] as const;

export const sessionList = defineOperation({
  id: 'session.list',
  title: 'List sessions',
  description: 'Logins that last, of oneself or of another user.',
  kind: 'read',
  method: 'GET',
  path: '/v1/sessions',
  query: ofUser,
  result: Type.Array(UserSession),
  errors: [...reading],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['session', 'list'],
    positionals: [],
    columns: [
      column('id'),
      column('user'),
      column('realm', { shown: false }),
      column('from'),
      column('agent'),
      column('createdAt', { title: 'LOGIN' }),
      column('lastUsedAt', { title: 'LAST USED' }),
      column('current', { shown: false }),
      column('expiresAt', { title: 'ENDS', shown: false }),
    ],
    examples: [{ command: 'insula session list --user alice', text: 'where alice is logged in' }],
  },
});

export const sessionRevoke = defineOperation({
  id: 'session.revoke',
  title: 'End a session',
  description: 'Ends a session of oneself or of another user; `current` is the one that asks.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/sessions/{session}',
  params: sessionParams,
  result: Type.Null(),
  errors: [...reading],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['session', 'revoke'],
    positionals: [{ field: 'session' }],
    examples: [{ command: 'insula session revoke 7f3a', text: 'logged out there' }],
  },
});

export const tokenList = defineOperation({
  id: 'token.list',
  title: 'List tokens',
  description:
    'Tokens of oneself or of another user. The tokens themselves are shown once, when they are made.',
  kind: 'read',
  method: 'GET',
  path: '/v1/tokens',
  query: ofUser,
  result: Type.Array(ApiToken),
  errors: [...reading],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['token', 'list'],
    positionals: [],
    columns: [
      column('id'),
      column('user'),
      column('name'),
      column('role'),
      column('scope'),
      column('expiresAt', { title: 'ENDS' }),
      column('lastUsedAt', { title: 'LAST USED' }),
      column('createdAt', { title: 'CREATED', shown: false }),
    ],
    examples: [{ command: 'insula token list', text: 'what stands for oneself' }],
  },
});

export const tokenCreate = defineOperation({
  id: 'token.create',
  title: 'Create a token',
  description:
    'Makes a token that stands for oneself, or for less: with a role it lets one do what both let, with a scope nothing outside of it.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/tokens',
  body: TokenCreate,
  result: TokenCreated,
  errors: [...reading, 'unknown_field', 've_not_found'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['token', 'create'],
    positionals: [{ field: 'name' }],
    shows: true,
    examples: [
      { command: 'insula token create ci --role ve-owner --scope ve:web1 --days 30', text: 'for one VE' },
    ],
  },
});

export const tokenRevoke = defineOperation({
  id: 'token.revoke',
  title: 'Revoke a token',
  description: 'Makes a token of oneself or of another user worthless, and ends what is open by it.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/tokens/{token}',
  params: tokenParams,
  result: Type.Null(),
  errors: [...reading],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['token', 'revoke'],
    positionals: [{ field: 'token' }],
    examples: [{ command: 'insula token revoke 4c1d', text: 'it lets nobody in any more' }],
  },
});
