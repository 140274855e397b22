import { Type } from 'typebox';
import { NodeEvent } from '../schemas/event.ts';
import { Finding, NodeInfo } from '../schemas/node.ts';
import { Operation } from '../schemas/operation.ts';
import { operationStates } from '../schemas/states.ts';
import { column, defineOperation } from './definition.ts';

const operationParams = Type.Object(
  {
    operation: Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z0-9-]+$',
      description: 'Id of an operation',
    }),
  },
  { additionalProperties: false },
);

export const operationList = defineOperation({
  id: 'operation.list',
  title: 'List operations',
  description: 'Operations, newest first.',
  kind: 'read',
  method: 'GET',
  path: '/v1/operations',
  query: Type.Object(
    {
      state: Type.Optional(Type.Enum([...operationStates], { description: 'Only those in this state' })),
      ve: Type.Optional(
        Type.String({ maxLength: 63, description: 'Only those of this VE (name, CTID or UUID)' }),
      ),
      before: Type.Optional(
        Type.String({
          pattern: '^[A-Za-z0-9-]{1,64}$',
          description: 'Only those begun before this one (its id)',
        }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50, description: 'How many' })),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(Operation),
  errors: ['invalid_input', 've_not_found', 'forbidden', 'internal'],
  permission: 'operation.read',
  scope: 'somewhere',
  cli: {
    verb: ['operation', 'list'],
    positionals: [],
    columns: [
      column('id'),
      column('kind'),
      column('target', { path: 'target.name' }),
      column('state'),
      column('createdAt', { title: 'CREATED' }),
      column('message'),
      column('recovery', { shown: false }),
    ],
    examples: [{ command: 'insula operation list --state running', text: 'what is being done now' }],
  },
});

export const operationShow = defineOperation({
  id: 'operation.show',
  title: 'Show an operation',
  description: 'One operation with its steps, timings and log.',
  kind: 'read',
  method: 'GET',
  path: '/v1/operations/{operation}',
  params: operationParams,
  result: Operation,
  errors: ['invalid_input', 'operation_not_found', 'forbidden', 'internal'],
  permission: 'operation.read',
  cli: {
    verb: ['operation', 'show'],
    positionals: [{ field: 'operation', several: true }],
    each: 'operation',
    examples: [{ command: 'insula operation show 0192f3', text: 'any unique beginning of an id will do' }],
  },
});

export const operationCancel = defineOperation({
  id: 'operation.cancel',
  title: 'Cancel an operation',
  description:
    'Asks a running operation to stop; what it did is undone. Those past their point of no return answer `not_cancellable`.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/operations/{operation}/cancel',
  params: operationParams,
  result: Operation,
  errors: ['invalid_input', 'operation_not_found', 'not_cancellable', 'forbidden', 'internal'],
  permission: 'operation.cancel',
  cli: {
    verb: ['operation', 'cancel'],
    positionals: [{ field: 'operation', several: true }],
    each: 'operation',
    examples: [{ command: 'insula operation cancel 0192f3', text: 'stop it and undo what it did' }],
  },
});

export const events = defineOperation({
  id: 'events',
  title: 'Watch events',
  description: 'Server-Sent Events of operations and VE state changes; goes on after Last-Event-ID.',
  kind: 'events',
  method: 'GET',
  path: '/v1/events',
  query: Type.Object(
    {
      operation: Type.Optional(Type.String({ maxLength: 64, description: 'Only of this operation' })),
      ve: Type.Optional(Type.String({ maxLength: 63, description: 'Only of this VE (name, CTID or UUID)' })),
    },
    { additionalProperties: false },
  ),
  result: NodeEvent,
  contentType: 'text/event-stream',
  errors: ['invalid_input', 've_not_found', 'operation_not_found', 'forbidden', 'internal'],
  permission: 'operation.read',
  scope: 'somewhere',
  cli: {
    verb: ['events'],
    positionals: [],
    own: true,
    examples: [{ command: 'insula events --json', text: 'one event a line, as they happen' }],
  },
});

export const nodeShow = defineOperation({
  id: 'node.show',
  title: 'Show the node',
  description: 'The node: version, kernel, pool, addresses and number of VEs.',
  kind: 'read',
  method: 'GET',
  path: '/v1/node',
  result: NodeInfo,
  errors: ['forbidden', 'internal'],
  permission: 'node.read',
  cli: {
    verb: ['node', 'show'],
    positionals: [],
    examples: [{ command: 'insula node show', text: 'the node at a glance' }],
  },
});

export const nodeFindings = defineOperation({
  id: 'node.findings',
  title: 'Check the host',
  description: 'Checks the host and explains each missing feature, its consequence and how to get it.',
  kind: 'read',
  method: 'GET',
  path: '/v1/node/findings',
  result: Type.Array(Finding),
  errors: ['forbidden', 'internal'],
  permission: 'node.read',
  cli: {
    verb: ['doctor'],
    positionals: [],
    columns: [column('feature'), column('state'), column('found'), column('consequence'), column('remedy')],
    examples: [{ command: 'insula doctor', text: 'exit code 8 when something needed is missing' }],
  },
});
