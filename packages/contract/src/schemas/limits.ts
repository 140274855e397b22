import { type Static, Type } from 'typebox';
import { Ctid, Uuid, VeName } from './names.ts';

const Held = Type.Union([Type.Integer(), Type.Null()]);
const Amount = Type.Union([Type.Integer(), Type.Literal('unlimited')]);

/** One parameter of a VE: what it holds, what it may hold, and how often it was refused more. */
export const ParameterUse = Type.Object(
  {
    parameter: Type.String(),
    group: Type.String(),
    unit: Type.String(),
    held: Type.Union([Held], { description: 'Now; null where nobody counts it, or the VE is down' }),
    maxheld: Type.Union([Held], {
      description: 'The most at one time since the VE started; null where the kernel does not keep it',
    }),
    barrier: Type.Union([Amount, Type.String()]),
    limit: Type.Union([Amount, Type.String()]),
    failcnt: Type.Union([Held], {
      description: 'How often more was refused since the VE started; null where nobody counts it',
    }),
    state: Type.Enum(['limited', 'accounted', 'unavailable'], {
      description:
        'limited: the kernel holds it · accounted: it is counted, but holds nobody back · unavailable: this host cannot do it',
    }),
    note: Type.String({ description: 'Why it is accounted only, or what the host would need; else empty' }),
  },
  { additionalProperties: false, $id: 'ParameterUse' },
);
export type ParameterUse = Static<typeof ParameterUse>;

/** One row of /proc/user_beancounters, in the units that it has there: bytes, numbers, and pages of 4 KiB. */
export const Beancounter = Type.Object(
  {
    uuid: Uuid,
    ctid: Ctid,
    name: VeName,
    resource: Type.String(),
    held: Type.Integer(),
    maxheld: Type.Integer(),
    barrier: Type.String({ description: 'A number up to 9223372036854775807, which is: without limit' }),
    limit: Type.String(),
    failcnt: Type.Integer(),
  },
  { additionalProperties: false, $id: 'Beancounter' },
);
export type Beancounter = Static<typeof Beancounter>;
