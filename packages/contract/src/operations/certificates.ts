import { Type } from 'typebox';
import {
  Authority,
  CertificateCreate,
  CertificateCreated,
  UserCertificate,
  UserName,
} from '../schemas/access.ts';
import { column, defineOperation } from './definition.ts';

const reading = ['invalid_input', 'entry_not_found', 'forbidden', 'internal'] as const;

export const certificateList = defineOperation({
  id: 'certificate.list',
  title: 'List client certificates',
  description: 'Client certificates of oneself or of another user.',
  kind: 'read',
  method: 'GET',
  path: '/v1/certificates',
  query: Type.Object(
    { user: Type.Optional(Type.Union([UserName], { description: 'Of this user, not of oneself' })) },
    { additionalProperties: false },
  ),
  result: Type.Array(UserCertificate),
  errors: [...reading],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['certificate', 'list'],
    positionals: [],
    columns: [
      column('user'),
      column('name'),
      column('expiresAt', { title: 'ENDS' }),
      column('fingerprint'),
      column('createdAt', { title: 'CREATED', shown: false }),
    ],
    examples: [{ command: 'insula certificate list', text: 'what stands for oneself' }],
  },
});

export const certificateCreate = defineOperation({
  id: 'certificate.create',
  title: 'Sign a client certificate',
  description:
    'Signs the key of a certificate request with the authority of the node, for oneself, or for another user as who holds all that the user holds.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/certificates',
  body: CertificateCreate,
  result: CertificateCreated,
  errors: [...reading, 'unknown_field', 'not_held', 'host_lacks'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['certificate', 'create'],
    positionals: [{ field: 'name' }, { field: 'request' }],
    shows: true,
    examples: [
      { command: 'insula certificate create laptop "$(cat alice.csr)" --user alice', text: 'for alice' },
    ],
  },
});

export const certificateRevoke = defineOperation({
  id: 'certificate.revoke',
  title: 'Revoke a client certificate',
  description: 'Makes a client certificate worthless at once, and ends what is open by it.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/certificates/{fingerprint}',
  params: Type.Object(
    {
      fingerprint: Type.String({
        pattern: '^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$',
        description: 'SHA-256 of it',
      }),
    },
    { additionalProperties: false },
  ),
  result: Type.Null(),
  errors: [...reading],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['certificate', 'revoke'],
    positionals: [{ field: 'fingerprint' }],
    examples: [{ command: 'insula certificate revoke 13:92:14:…:B3:00', text: 'it lets nobody in any more' }],
  },
});

export const authorityShow = defineOperation({
  id: 'authority.show',
  title: 'Show the authority of the node',
  description: 'The certificate that clients check the API with, and its fingerprint.',
  kind: 'read',
  method: 'GET',
  path: '/v1/authority',
  result: Authority,
  errors: ['host_lacks', 'forbidden', 'internal'],
  permission: 'account.own',
  scope: 'own',
  cli: {
    verb: ['authority', 'show'],
    positionals: [],
    examples: [{ command: 'insula authority show', text: 'what `insula login` elsewhere shows, too' }],
  },
});

export const authorityRenew = defineOperation({
  id: 'authority.renew',
  title: 'Renew certificates of the node',
  description:
    'Makes the certificate of the API anew, at once. With `authority` that of the authority, too: then clients must learn it again, and all client certificates are worthless.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/authority/renew',
  body: Type.Object(
    { authority: Type.Optional(Type.Boolean({ description: 'The authority, too' })) },
    { additionalProperties: false },
  ),
  result: Authority,
  errors: ['invalid_input', 'unknown_field', 'host_lacks', 'forbidden', 'internal'],
  permission: 'node.admin',
  cli: {
    verb: ['authority', 'renew'],
    positionals: [],
    examples: [{ command: 'insula authority renew', text: 'a new certificate for the API' }],
  },
});
