import { type Static, Type } from 'typebox';
import { privileges } from '../access/privileges.ts';

export const PolicyScope = Type.String({
  pattern: '^(?:everything|group:[a-z][a-z0-9-]{0,30}|ve:[A-Za-z0-9._-]{1,63})$',
  description: 'everything, group:NAME (VEs of a group) or ve:NAME',
  examples: ['everything', 've:web1'],
});

const fields = {
  ownerLogin: Type.Union([Type.Boolean(), Type.Null()], {
    description:
      'Whether owners log in with the password that root has inside; null: as the level above says',
  }),
  withheld: Type.Union(
    [
      Type.Array(Type.String({ pattern: '^[a-z][a-z.]{1,40}$' }), { uniqueItems: true, maxItems: 64 }),
      Type.Null(),
    ],
    {
      description:
        'Privileges, or ids of single calls, that owners do without; null: as the level above says',
      examples: [['ve.console', 've.suspend']],
    },
  ),
  snapshots: Type.Union([Type.Integer({ minimum: 0, maximum: 10_000 }), Type.Null()], {
    description:
      'Snapshots of a VE that its owners may have, checkpoints among them; null: as the level above says',
  }),
};

export const Policy = Type.Object(
  { scope: PolicyScope, ...fields },
  {
    additionalProperties: false,
    $id: 'Policy',
    description: 'What those may do who hold a VE by the role ve-owner alone. The closest level counts.',
  },
);
export type Policy = Static<typeof Policy>;

export const PolicyChange = Type.Object(Type.Partial(Type.Object(fields)).properties, {
  additionalProperties: false,
  minProperties: 1,
  $id: 'PolicyChange',
});
export type PolicyChange = Static<typeof PolicyChange>;

/** What the caller may do with one VE. */
export const VePermissions = Type.Object(
  {
    privileges: Type.Array(Type.Enum([...privileges]), { description: 'What the caller holds on the VE' }),
    withheld: Type.Array(Type.String(), {
      description: 'Privileges, and ids of single calls, that a policy takes away from them',
    }),
    snapshots: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Snapshots that the caller may bring it to; null: any number',
    }),
  },
  { additionalProperties: false, $id: 'VePermissions' },
);
export type VePermissions = Static<typeof VePermissions>;
