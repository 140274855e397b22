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

const amount = (description: string) => Type.Integer({ minimum: 0, description });

/** What a VE has received and sent in one network class, since it was created. */
export const VeTraffic = Type.Object(
  {
    uuid: Type.String(),
    ctid: Type.Integer(),
    name: Type.String(),
    class: Type.Integer({ description: 'Network class: 1 is everything that no other class says' }),
    family: Type.Enum(['ipv4', 'ipv6']),
    inBytes: amount('Received, IP headers included'),
    inPackets: amount('Received; segments that the kernel joins count as one'),
    outBytes: amount('Sent, IP headers included'),
    outPackets: amount('Sent; segments that the kernel joins count as one'),
    spoofed: amount('Packets of the VE, of all classes, that were dropped because their source was forged'),
  },
  { additionalProperties: false, $id: 'VeTraffic' },
);
export type VeTraffic = Static<typeof VeTraffic>;
