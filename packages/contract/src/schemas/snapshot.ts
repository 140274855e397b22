import { type Static, Type } from 'typebox';
import { SingleLine, VeName } from './names.ts';
import { VeSpec } from './ve-spec.ts';

/** The files of a VE as they were at one moment. */
export const Snapshot = Type.Object(
  {
    name: VeName,
    description: SingleLine(1024, 'What the snapshot is for'),
    createdAt: Type.String({ description: 'ISO 8601, UTC' }),
    state: Type.Enum(['running', 'paused', 'stopped', 'mounted'], {
      description:
        'What the VE was; files of a running one are as after a loss of power: what a program had not written yet is not in them',
    }),
    template: VeSpec.properties.template,
    layout: VeSpec.properties.layout,
    layers: VeSpec.properties.layers,
    parent: Type.Optional(
      Type.Union([VeName, Type.Null()], {
        description: 'The snapshot that the VE had last been at: taken then, or restored',
      }),
    ),
    processes: Type.Optional(
      Type.Boolean({ description: 'Its processes were saved at the same moment: it is a checkpoint' }),
    ),
  },
  { additionalProperties: false, $id: 'Snapshot' },
);
export type Snapshot = Static<typeof Snapshot>;

/** A snapshot as it stands among the others of its VE. */
export const SnapshotView = Type.Object(
  {
    ...Snapshot.properties,
    current: Type.Boolean({ description: 'The VE goes on from it: it was the last to be taken or restored' }),
  },
  { additionalProperties: false, $id: 'SnapshotView' },
);
export type SnapshotView = Static<typeof SnapshotView>;

export const CheckpointCreate = Type.Object(
  {
    name: Type.Optional(VeName),
    description: Type.Optional(Snapshot.properties.description),
    keepRunning: Type.Optional(
      Type.Boolean({ description: 'Let it go on; otherwise it is stopped once it is saved' }),
    ),
  },
  { additionalProperties: false, $id: 'CheckpointCreate' },
);
export type CheckpointCreate = Static<typeof CheckpointCreate>;

export const SnapshotCreate = Type.Object(
  {
    name: Type.Optional(VeName),
    description: Type.Optional(Snapshot.properties.description),
  },
  { additionalProperties: false, $id: 'SnapshotCreate' },
);
export type SnapshotCreate = Static<typeof SnapshotCreate>;

/** A file of the VE that is not as it was when the snapshot was taken. */
export const SnapshotChange = Type.Object(
  {
    path: Type.String({ description: 'In the VE; bytes that are no UTF-8 as �' }),
    change: Type.Enum(['added', 'changed', 'removed']),
  },
  { additionalProperties: false, $id: 'SnapshotChange' },
);
export type SnapshotChange = Static<typeof SnapshotChange>;
