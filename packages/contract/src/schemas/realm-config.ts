import { type Static, Type } from 'typebox';

/** A provider must not be asked over a line that others hear: plain only on the node itself. */
const loopback = '(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::[0-9]{1,5})?';

const createUsers = Type.Boolean({
  default: false,
  description:
    'Whoever it knows becomes a user at the first login; else only those whom an administrator made',
});

/** A provider of OpenID Connect that users log in at. */
export const OidcConfig = Type.Object(
  {
    issuer: Type.String({
      pattern: `^(?:https://[^\\s?#]{1,240}|http://${loopback}(?:/[^\\s?#]{0,200})?)$`,
      maxLength: 250,
      description: 'Address of the provider, as it calls itself',
      examples: ['https://login.example.org/realms/staff'],
    }),
    panel: Type.String({
      pattern: '^https://[A-Za-z0-9.:\\[\\]-]{1,253}$',
      description:
        'Address that browsers know the panel by. The provider must let them come back to /login below it',
      examples: ['https://node1.example.org:4648'],
    }),
    clientId: Type.String({ minLength: 1, maxLength: 256, description: 'What the node is called there' }),
    clientSecret: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'Without it the node is a public client' }),
    ),
    title: Type.String({
      minLength: 1,
      maxLength: 40,
      default: 'Single sign-on',
      description: 'What the login calls it',
    }),
    scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,64}$' }), {
      default: ['openid', 'profile'],
      maxItems: 16,
    }),
    nameClaim: Type.String({
      minLength: 1,
      maxLength: 64,
      default: 'preferred_username',
      description: 'Claim that holds the name of the user',
    }),
    groupsClaim: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Claim that holds the groups of the user, which each login sets anew',
      }),
    ),
    createUsers,
  },
  { additionalProperties: false, description: 'Users log in at a provider of OpenID Connect (realm oidc)' },
);
export type OidcConfig = Static<typeof OidcConfig>;

const Dn = (description: string) => Type.String({ minLength: 1, maxLength: 512, description });
const Attribute = (fallback: string, description: string) =>
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$', default: fallback, description });

/** A directory that knows the passwords of users. */
export const LdapConfig = Type.Object(
  {
    url: Type.String({
      pattern: '^ldaps?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?$',
      description:
        'ldaps://, or ldap://, which becomes TLS before anything is said (StartTLS) unless the directory is on the node itself',
    }),
    bindDn: Type.Optional(Dn('Who looks users up; without it: nobody in particular')),
    bindPassword: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    base: Dn('Where users are, at any depth'),
    filter: Type.String({
      pattern: '^\\(.*\\)$',
      maxLength: 512,
      default: '(objectClass=person)',
      description: 'Who of those is let in',
    }),
    nameAttribute: Attribute('uid', 'Attribute that holds the name of the user'),
    fullNameAttribute: Attribute('cn', 'Attribute that holds the name for people'),
    groups: Type.Optional(
      Type.Object(
        {
          base: Dn('Where groups are, at any depth'),
          memberAttribute: Attribute('member', 'Attribute that holds the names (DN) of members'),
          nameAttribute: Attribute('cn', 'Attribute that holds the name of the group'),
        },
        { additionalProperties: false, description: 'Groups of users, which each login sets anew' },
      ),
    ),
    createUsers,
  },
  { additionalProperties: false, description: 'Users log in with the password of a directory (realm ldap)' },
);
export type LdapConfig = Static<typeof LdapConfig>;
