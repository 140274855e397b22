import { type Static, Type } from 'typebox';

/** An address pool and how much of it is given out. Sizes beyond 2^53 are cut to that. */
export const PoolUse = Type.Object(
  {
    name: Type.String(),
    family: Type.Enum(['ipv4', 'ipv6']),
    prefix: Type.String(),
    size: Type.Integer({ description: 'Addresses that VEs can have' }),
    used: Type.Integer({ description: 'Addresses that VEs have' }),
    free: Type.Integer(),
    automatic: Type.Boolean({ description: 'New VEs get an address from it without asking' }),
    nat: Type.Boolean({ description: 'What leaves the node carries the address of the node' }),
  },
  { additionalProperties: false, $id: 'PoolUse' },
);
export type PoolUse = Static<typeof PoolUse>;
