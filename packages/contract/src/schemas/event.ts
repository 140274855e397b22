import { type Static, Type } from 'typebox';
import { Operation } from './operation.ts';
import { VeSummary } from './ve-view.ts';

/**
 * What happens on a node, in order. `id` grows by one with every event and serves as Last-Event-ID.
 * `operation` events carry the operation without its log; `ve` events the VE's summary, or null when it is gone.
 */
export const NodeEvent = Type.Union(
  [
    Type.Object(
      { id: Type.Integer(), at: Type.String(), kind: Type.Literal('operation'), operation: Operation },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        id: Type.Integer(),
        at: Type.String(),
        kind: Type.Literal('ve'),
        uuid: Type.String(),
        name: Type.String(),
        what: Type.String({ description: 'created, changed, state, exited, crashed, destroyed' }),
        ve: Type.Union([VeSummary, Type.Null()]),
      },
      { additionalProperties: false },
    ),
  ],
  { $id: 'NodeEvent' },
);
export type NodeEvent = Static<typeof NodeEvent>;
