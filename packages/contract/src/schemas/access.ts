import { type Static, Type } from 'typebox';
import { privileges } from '../access/privileges.ts';
import { GroupName, SingleLine } from './names.ts';

export const UserName = Type.String({
  pattern: '^[a-z][a-z0-9._-]{0,31}$',
  maxLength: 32,
  description: 'Name of a user of the API',
  examples: ['alice'],
});

export const RoleName = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,31}$',
  maxLength: 32,
  description: 'Name of a role',
  examples: ['ve-owner'],
});

/** Who knows a user: the node itself, a provider of OpenID Connect, or a directory. */
export const userRealms = ['internal', 'oidc', 'ldap'] as const;
export type UserRealm = (typeof userRealms)[number];

/** Who knows somebody who asks: a VE knows its root. */
export const realms = [...userRealms, 've'] as const;
export type Realm = (typeof realms)[number];

const PrivilegeName = Type.Enum([...privileges]);

const At = (description: string) => Type.String({ description: `${description}; ISO 8601, UTC` });
const AtOrNever = (description: string) => Type.Union([At(description), Type.Null()], { description });

/** Text that nobody gets to see again; the command line asks for it without showing what is typed. */
export const Secret = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description, 'x-secret': true });

export const TotpCode = Type.String({
  pattern: '^[0-9]{6}$',
  description: 'The six digits that the app shows',
});

const SubjectText = Type.String({
  pattern: '^(?:user:[a-z][a-z0-9._-]{0,31}|group:[a-z][a-z0-9-]{0,30})$',
  description: 'user:NAME or group:NAME',
  examples: ['user:alice', 'group:support'],
});

const ScopeText = Type.String({
  pattern: '^(?:everything|node:[a-z0-9][a-z0-9-]{0,31}|group:[a-z][a-z0-9-]{0,30}|ve:[A-Za-z0-9._-]{1,63})$',
  description: 'everything, node:NAME, group:NAME (VEs of a group) or ve:NAME',
  examples: ['ve:web1', 'group:web'],
});

const UserGroups = Type.Array(GroupName, {
  uniqueItems: true,
  maxItems: 64,
  description: 'Groups of users that the user is in; a group exists as long as somebody is in it',
});

export const User = Type.Object(
  {
    name: UserName,
    realm: Type.Enum([...userRealms], { description: 'Who knows the user' }),
    fullName: Type.String(),
    groups: UserGroups,
    enabled: Type.Boolean(),
    hasPassword: Type.Boolean(),
    hasTotp: Type.Boolean({ description: 'A second factor is asked for' }),
    passkeys: Type.Integer({ minimum: 0, description: 'Passkeys of the user' }),
    createdAt: At('When the user was made'),
    passwordChangedAt: AtOrNever('When the password was set'),
    lastLoginAt: AtOrNever('The last login'),
  },
  { additionalProperties: false, $id: 'User', description: 'A user of the API' },
);
export type User = Static<typeof User>;

export const UserCreate = Type.Object(
  {
    name: UserName,
    fullName: Type.Optional(SingleLine(128, 'Name for people')),
    groups: Type.Optional(UserGroups),
    realm: Type.Optional(
      Type.Enum([...userRealms], {
        description:
          'internal: the node knows the password (default) · oidc, ldap: the user logs in there, under this name',
      }),
    ),
    password: Type.Optional(
      Secret(1024, 'Password; without one only tokens and certificates let a user of the node in'),
    ),
  },
  { additionalProperties: false, $id: 'UserCreate' },
);
export type UserCreate = Static<typeof UserCreate>;

export const UserChange = Type.Object(
  {
    fullName: Type.Optional(SingleLine(128, 'Name for people')),
    groups: Type.Optional(UserGroups),
    enabled: Type.Optional(Type.Boolean({ description: 'One that is not is let in nowhere' })),
  },
  { additionalProperties: false, minProperties: 1, $id: 'UserChange' },
);
export type UserChange = Static<typeof UserChange>;

export const PasswordChange = Type.Object(
  {
    password: Secret(1024, 'New password'),
    current: Type.Optional(Secret(1024, 'Password until now, of oneself')),
  },
  { additionalProperties: false, $id: 'PasswordChange' },
);

export const TotpSecret = Type.Object(
  {
    secret: Type.String({ description: 'Base32, shown this once' }),
    uri: Type.String({ description: 'otpauth:// address, which apps read as a QR code' }),
  },
  { additionalProperties: false, $id: 'TotpSecret' },
);
export type TotpSecret = Static<typeof TotpSecret>;

const Privileges = Type.Array(PrivilegeName, {
  uniqueItems: true,
  maxItems: privileges.length,
  description: 'What it lets one do',
});

export const Role = Type.Object(
  {
    name: RoleName,
    title: Type.String(),
    builtIn: Type.Boolean({ description: 'Cannot be changed' }),
    privileges: Privileges,
  },
  { additionalProperties: false, $id: 'Role', description: 'A named set of privileges' },
);
export type Role = Static<typeof Role>;

export const RoleCreate = Type.Object(
  {
    name: RoleName,
    title: Type.Optional(SingleLine(128, 'What the role is for')),
    from: Type.Optional(RoleName),
    privileges: Type.Optional(Privileges),
  },
  { additionalProperties: false, $id: 'RoleCreate' },
);
export type RoleCreate = Static<typeof RoleCreate>;

export const RoleChange = Type.Object(
  { title: Type.Optional(SingleLine(128, 'What the role is for')), privileges: Type.Optional(Privileges) },
  { additionalProperties: false, minProperties: 1, $id: 'RoleChange' },
);
export type RoleChange = Static<typeof RoleChange>;

export const EntryId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Id' });

export const AccessGrant = Type.Object(
  {
    id: EntryId,
    subject: SubjectText,
    role: RoleName,
    scope: ScopeText,
    createdAt: At('When it was given'),
    createdBy: Type.String({ description: 'Who gave it' }),
  },
  {
    additionalProperties: false,
    $id: 'Grant',
    description: 'A role that a user or group holds on something',
  },
);
export type AccessGrant = Static<typeof AccessGrant>;

export const GrantCreate = Type.Object(
  { subject: SubjectText, role: RoleName, scope: ScopeText },
  { additionalProperties: false, $id: 'GrantCreate' },
);
export type GrantCreate = Static<typeof GrantCreate>;

export const ApiToken = Type.Object(
  {
    id: EntryId,
    user: UserName,
    name: Type.String(),
    role: Type.Union([RoleName, Type.Null()], { description: 'It lets one do what this role does at most' }),
    scope: Type.Union([ScopeText, Type.Null()], { description: 'And nothing outside of this' }),
    createdAt: At('When it was made'),
    expiresAt: At('When it ends'),
    lastUsedAt: AtOrNever('Its last use, to the minute'),
  },
  { additionalProperties: false, $id: 'Token', description: 'A token that stands for a user' },
);
export type ApiToken = Static<typeof ApiToken>;

export const TokenCreate = Type.Object(
  {
    name: SingleLine(64, 'What it is for'),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3650, description: 'Days that it is valid; default: 90' }),
    ),
    role: Type.Optional(RoleName),
    scope: Type.Optional(ScopeText),
  },
  { additionalProperties: false, $id: 'TokenCreate' },
);
export type TokenCreate = Static<typeof TokenCreate>;

export const TokenCreated = Type.Object(
  {
    ...ApiToken.properties,
    token: Type.String({ description: 'The token itself, shown this once' }),
  },
  { additionalProperties: false, $id: 'TokenCreated' },
);

export const UserSession = Type.Object(
  {
    id: EntryId,
    user: Type.String({ description: 'Name of the user, or of the VE' }),
    realm: Type.Enum([...realms], { description: 'Who knew who it is' }),
    from: Type.String({ description: 'Address of the client at its login' }),
    agent: Type.String({ description: 'What the client called itself' }),
    createdAt: At('The login'),
    lastUsedAt: At('The last call, to the minute'),
    expiresAt: At('When it ends whatever happens'),
    current: Type.Boolean({ description: 'The one that asks' }),
  },
  { additionalProperties: false, $id: 'Session', description: 'A login that lasts' },
);
export type UserSession = Static<typeof UserSession>;

/** Who asks, and what he may do. */
export const WhoAmI = Type.Object(
  {
    user: Type.String({ description: 'Name of the user, or of the VE; root on the local socket' }),
    realm: Type.Union([Type.Enum([...realms]), Type.Null()], {
      description: 'Who knows who it is; null on the local socket',
    }),
    via: Type.Enum(['socket', 'session', 'token', 'certificate'], { description: 'How it is known' }),
    from: Type.String(),
    groups: UserGroups,
    holds: Type.Array(
      Type.Object(
        { role: Type.String(), scope: Type.String(), privileges: Privileges },
        { additionalProperties: false },
      ),
    ),
    limited: Type.Boolean({ description: 'The token lets one do less than the user may' }),
    limitedTo: Type.Union([ScopeText, Type.Null()], {
      description: 'And nothing outside of this; null: no such limit',
    }),
    node: Type.String({ description: 'Name of the node that was asked, which scopes name' }),
    session: Type.Union([EntryId, Type.Null()], { description: 'Id of the session' }),
    hasTotp: Type.Boolean({ description: 'A second factor is asked for' }),
  },
  { additionalProperties: false, $id: 'WhoAmI' },
);
export type WhoAmI = Static<typeof WhoAmI>;

const AuditFields = {
  at: At('When it was done'),
  who: Type.String({ description: 'Name of the user; root on the local socket; - for somebody unknown' }),
  via: Type.Enum(['socket', 'session', 'token', 'certificate', 'none'], { description: 'How it was known' }),
  from: Type.String({ description: 'Address of the client, or local' }),
  call: Type.String({ description: 'Id of the call' }),
  target: Type.String({ description: 'What the path named' }),
  fields: Type.Array(Type.String(), {
    description: 'Names of the fields that were sent; never their values',
  }),
  result: Type.String({ description: 'ok, or the code of the error' }),
  operation: Type.Union([Type.String(), Type.Null()], { description: 'The operation that was begun' }),
};

/** A line of the audit log. */
export const AuditRecord = Type.Object(
  {
    seq: Type.Integer({ description: 'Grows by one from entry to entry' }),
    ...AuditFields,
    hash: Type.String({
      description: 'SHA-256 over the hash before, a line feed, seq, a line feed, and the text',
    }),
  },
  { additionalProperties: false, $id: 'AuditRecord' },
);
export type AuditRecord = Static<typeof AuditRecord>;

export const AuditState = Type.Object(
  {
    sound: Type.Boolean({ description: 'Each entry follows from the one before it' }),
    brokenAt: Type.Union([Type.Integer(), Type.Null()], { description: 'The first that does not' }),
    first: Type.Integer({ description: 'Number of the oldest entry that is kept' }),
    last: Type.Integer({ description: 'Number of the newest' }),
    head: Type.String({
      description: 'Hash of the newest: kept elsewhere, it proves that nothing was rewritten since',
    }),
  },
  { additionalProperties: false, $id: 'AuditState' },
);
export type AuditState = Static<typeof AuditState>;

export const UserCertificate = Type.Object(
  {
    fingerprint: Type.String({ description: 'SHA-256 of the certificate' }),
    user: UserName,
    name: Type.String(),
    createdAt: At('When it was signed'),
    expiresAt: At('When it ends'),
  },
  {
    additionalProperties: false,
    $id: 'Certificate',
    description: 'A client certificate that stands for a user',
  },
);
export type UserCertificate = Static<typeof UserCertificate>;

export const CertificateCreate = Type.Object(
  {
    name: SingleLine(64, 'What it is for'),
    request: Type.String({
      minLength: 1,
      maxLength: 16_384,
      description: 'Certificate request in PEM (PKCS #10); only its key is taken',
    }),
    user: Type.Optional(Type.Union([UserName], { description: 'For this user, not for oneself' })),
  },
  { additionalProperties: false, $id: 'CertificateCreate' },
);

export const CertificateCreated = Type.Object(
  { ...UserCertificate.properties, certificate: Type.String({ description: 'PEM' }) },
  { additionalProperties: false, $id: 'CertificateCreated' },
);

export const Authority = Type.Object(
  {
    certificate: Type.String({ description: 'PEM: what clients check the certificate of the API with' }),
    fingerprint: Type.String({ description: 'SHA-256 of it' }),
    validUntil: Type.String({ description: 'ISO 8601, UTC' }),
  },
  { additionalProperties: false, $id: 'Authority', description: 'The certificate authority of the node' },
);
export type Authority = Static<typeof Authority>;
