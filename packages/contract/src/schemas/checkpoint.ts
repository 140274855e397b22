import { type Static, Type } from 'typebox';

/** Something that keeps the processes of a VE from being saved. */
export const CheckpointBlocker = Type.Object(
  {
    kind: Type.Enum([
      'process',
      'namespace',
      'descriptor',
      'socket',
      'device',
      'mount',
      'interface',
      'terminal',
      'space',
    ]),
    pid: Type.Union([Type.Integer(), Type.Null()], { description: 'Process inside the VE' }),
    command: Type.Union([Type.String(), Type.Null()]),
    subject: Type.String({ description: 'The namespace, descriptor, path or name in question' }),
    problem: Type.String(),
    remedy: Type.String(),
    passing: Type.Boolean({
      description: 'Goes away by itself in a moment: suspend and migrate wait for that',
    }),
  },
  { additionalProperties: false, $id: 'CheckpointBlocker' },
);
export type CheckpointBlocker = Static<typeof CheckpointBlocker>;

export const CheckpointCheck = Type.Object(
  {
    possible: Type.Boolean({ description: 'Nothing was found that keeps the VE from being saved' }),
    processes: Type.Integer({ description: 'Processes looked at' }),
    blockers: Type.Array(CheckpointBlocker),
  },
  { additionalProperties: false, $id: 'CheckpointCheck' },
);
export type CheckpointCheck = Static<typeof CheckpointCheck>;
