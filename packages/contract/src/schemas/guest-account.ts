import { Type } from 'typebox';
import { Secret } from './access.ts';

export const AccountPassword = Type.Object(
  {
    // libxcrypt takes no longer ones
    password: Secret(256, 'New password'),
    account: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9._][A-Za-z0-9._-]{0,31}$',
        maxLength: 32,
        default: 'root',
        description: 'Whose it is, by its name in the VE',
      }),
    ),
  },
  { additionalProperties: false, $id: 'AccountPassword' },
);
