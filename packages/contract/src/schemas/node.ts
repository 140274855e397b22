import { type Static, Type } from 'typebox';

/** One line of `insula doctor`. */
export const Finding = Type.Object(
  {
    feature: Type.String(),
    state: Type.Enum(['ok', 'degraded', 'missing']),
    found: Type.String({ description: 'What is there' }),
    consequence: Type.String({ description: 'What works worse or not at all; empty when ok' }),
    remedy: Type.String({ description: 'How to get it; empty when ok' }),
  },
  { additionalProperties: false, $id: 'Finding' },
);
export type Finding = Static<typeof Finding>;

export const NodeInfo = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    startedAt: Type.String(),
    kernel: Type.String(),
    distribution: Type.String(),
    cgroups: Type.Enum(['v1', 'hybrid', 'v2']),
    pool: Type.Object({ path: Type.String(), freeBytes: Type.Integer(), totalBytes: Type.Integer() }),
    addressPool: Type.Object({ range: Type.String(), used: Type.Integer(), size: Type.Integer() }),
    ves: Type.Record(Type.String(), Type.Integer(), { description: 'Number of VEs by state' }),
    unreadable: Type.Array(Type.Object({ path: Type.String(), problem: Type.String() }), {
      description: 'Private areas whose ve.json cannot be read',
    }),
  },
  { additionalProperties: false, $id: 'NodeInfo' },
);
export type NodeInfo = Static<typeof NodeInfo>;
