import { type Static, Type } from 'typebox';
import { AlertChange } from './alert.ts';
import { Operation } from './operation.ts';
import { VeSummary } from './ve-view.ts';

/**
 * What happens on a node, in order. `id` grows by one with every event and serves as Last-Event-ID.
 * `operation` events carry the operation without its log; `ve` events the VE's summary, or null when it is gone;
 * `refusal` events what a VE wanted and did not get; `alert` events an alert whose level changed; `edit` events that a call which is
 * done when it answers has changed something: which one, not what.
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
    Type.Object(
      {
        id: Type.Integer(),
        at: Type.String(),
        kind: Type.Literal('refusal'),
        uuid: Type.String(),
        name: Type.String(),
        resource: Type.Enum(['memory', 'processes', 'cpu']),
        parameter: Type.String({ description: 'The parameter that limits it' }),
        limit: Type.Union([Type.Number(), Type.Null()], {
          description: 'In the unit of the parameter; null: it was no limit of the VE',
        }),
        count: Type.Integer({ description: 'How often since it was last told' }),
        process: Type.Union(
          [
            Type.Object(
              { pid: Type.Integer({ description: 'On the node' }), command: Type.String() },
              { additionalProperties: false },
            ),
            Type.Null(),
          ],
          { description: 'Who was killed, if the kernel says so' },
        ),
        suggestion: Type.Union([Type.Number(), Type.Null()], {
          description: 'A value of the parameter that would probably do',
        }),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        id: Type.Integer(),
        at: Type.String(),
        kind: Type.Literal('alert'),
        uuid: AlertChange.properties.uuid,
        name: AlertChange.properties.name,
        alert: AlertChange,
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        id: Type.Integer(),
        at: Type.String(),
        kind: Type.Literal('edit'),
        call: Type.String({ description: 'Id of the call', examples: ['firewall.add'] }),
        uuid: Type.Union([Type.String(), Type.Null()], {
          description: 'The VE that it is about, if it is one',
        }),
        name: Type.Union([Type.String(), Type.Null()], { description: 'Name of that VE' }),
        user: Type.Union([Type.String(), Type.Null()], {
          description: 'Whose it is, where users change what is their own',
        }),
      },
      { additionalProperties: false },
    ),
  ],
  { $id: 'NodeEvent' },
);
export type NodeEvent = Static<typeof NodeEvent>;
