import { type Static, Type } from 'typebox';
import { Secret } from './access.ts';

/** Characters that every system takes; the tools of a VE may take fewer. */
const accountPattern = '^[A-Za-z0-9._][A-Za-z0-9._-]{0,31}$';

export const AccountName = Type.String({
  pattern: accountPattern,
  maxLength: 32,
  description: 'Account, by its name in the VE',
});

// libxcrypt takes no longer ones
const NewPassword = Secret(256, 'New password');

export const AccountPassword = Type.Object(
  {
    password: NewPassword,
    account: Type.Optional(
      Type.String({
        pattern: accountPattern,
        maxLength: 32,
        default: 'root',
        description: 'Whose it is, by its name in the VE',
      }),
    ),
  },
  { additionalProperties: false, $id: 'AccountPassword' },
);

/** An account of a VE's own, as its files tell. */
export const VeAccount = Type.Object(
  {
    name: Type.String(),
    uid: Type.Integer({ description: 'Its number inside' }),
    gid: Type.Integer({ description: 'Of its main group' }),
    kind: Type.Enum(['root', 'person', 'service'], {
      description: 'person: a number that a VE gives to people',
    }),
    fullName: Type.String(),
    home: Type.String(),
    shell: Type.String(),
    groups: Type.Array(Type.String(), { description: 'Groups beside the main one' }),
    password: Type.Enum(['set', 'locked', 'none', 'unknown'], {
      description: 'set: lets it in; locked: none does; none: it needs none; unknown: kept somewhere else',
    }),
  },
  { additionalProperties: false, $id: 'VeAccount' },
);
export type VeAccount = Static<typeof VeAccount>;

/** What of an account its makers and owners choose. */
const chosen = {
  // a colon ends the field of passwd(5), a comma what chfn(1) takes for the name
  fullName: Type.Optional(
    Type.String({
      pattern: '^[^:,\\u0000-\\u001F\\u007F]*$',
      maxLength: 100,
      description: 'Name for people',
    }),
  ),
  shell: Type.Optional(
    Type.String({
      pattern: '^/[A-Za-z0-9._/+-]+$',
      maxLength: 128,
      description: 'Program of a login; default of a new account: that of root',
    }),
  ),
  groups: Type.Optional(
    Type.Array(AccountName, {
      uniqueItems: true,
      maxItems: 32,
      description: 'Groups beside the main one, which the VE must have; no others',
    }),
  ),
} as const;

export const AccountCreate = Type.Object(
  { name: AccountName, ...chosen, password: Type.Optional(NewPassword) },
  { additionalProperties: false, $id: 'AccountCreate' },
);
export type AccountCreate = Static<typeof AccountCreate>;

export const AccountChange = Type.Object(
  {
    ...chosen,
    locked: Type.Optional(
      Type.Boolean({ description: 'Whether its password is refused; keys and sessions go on' }),
    ),
  },
  { additionalProperties: false, minProperties: 1, $id: 'AccountChange' },
);
export type AccountChange = Static<typeof AccountChange>;
