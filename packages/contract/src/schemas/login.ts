import { type Static, Type } from 'typebox';
import { Secret, TotpCode } from './access.ts';

/** Realms in which a name and a password say who somebody is. */
export const passwordRealms = ['internal', 'ldap', 've'] as const;
export type PasswordRealm = (typeof passwordRealms)[number];

export const Login = Type.Object(
  {
    user: Type.String({ minLength: 1, maxLength: 64, description: 'Name of the user, or of the VE' }),
    // longer ones would only keep the processor busy
    password: Secret(1024, 'Password'),
    code: Type.Optional(TotpCode),
    realm: Type.Optional(
      Type.Enum([...passwordRealms], {
        description:
          'internal: a user of the API (default) · ldap: a user whom the directory knows · ve: the root of a VE, where a policy lets it in',
      }),
    ),
  },
  { additionalProperties: false, $id: 'Login' },
);
export type Login = Static<typeof Login>;

export const LoginWays = Type.Object(
  {
    realms: Type.Array(Type.Enum([...passwordRealms]), {
      description: 'Realms in which one logs in with name and password',
    }),
    provider: Type.Union([Type.String(), Type.Null()], {
      description: 'What the provider is called where one can log in; null without one',
    }),
    passkeysAt: Type.Array(Type.String(), {
      description: 'Addresses of the panel at which passkeys work: its names, never an IP address',
    }),
  },
  { additionalProperties: false, $id: 'LoginWays', description: 'How one can log in' },
);
export type LoginWays = Static<typeof LoginWays>;

export const ProviderLogin = Type.Object(
  { url: Type.String({ description: 'Where the browser goes to log in' }) },
  { additionalProperties: false, $id: 'ProviderLogin' },
);
export type ProviderLogin = Static<typeof ProviderLogin>;

export const ProviderAnswer = Type.Object(
  {
    answer: Type.String({
      minLength: 1,
      maxLength: 8192,
      'x-secret': true,
      description: 'What follows the question mark in the address that the provider sent the browser back to',
    }),
  },
  { additionalProperties: false, $id: 'ProviderAnswer' },
);
export type ProviderAnswer = Static<typeof ProviderAnswer>;
