import { type Static, Type } from 'typebox';

const Amount = Type.Union([Type.Integer(), Type.Null()]);

/** One resource of the node: what there is, what was promised, what VEs may take at most, and what they take. */
export const CapacityRow = Type.Object(
  {
    resource: Type.Enum(['memory', 'swap', 'CPU time', 'processes', 'disk space']),
    unit: Type.Enum(['bytes', 'percent', 'count'], { description: 'percent: of one core' }),
    total: Type.Integer(),
    reserve: Type.Integer({ description: 'What the node keeps for itself' }),
    promised: Type.Integer({ description: 'Guarantees of the VEs that run' }),
    promisable: Type.Integer({ description: 'What can still be promised' }),
    limits: Type.Union([Amount], {
      description: 'Limits of the VEs that run, together; null: one of them has none',
    }),
    used: Type.Union([Amount], { description: 'What VEs hold now; null where it is no amount' }),
    overcommit: Type.Union([Amount], {
      description:
        'Limits in percent of what there is beside the reserve: above 100 not all VEs can have theirs at once',
    }),
  },
  { additionalProperties: false, $id: 'CapacityRow' },
);
export type CapacityRow = Static<typeof CapacityRow>;
