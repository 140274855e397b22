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
  },
  { additionalProperties: false, $id: 'Snapshot' },
);
export type Snapshot = Static<typeof Snapshot>;

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
