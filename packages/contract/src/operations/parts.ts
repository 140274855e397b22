import { Type } from 'typebox';
import { VeReference } from '../schemas/names.ts';
import { column } from './definition.ts';

export const veParams = Type.Object({ ve: VeReference }, { additionalProperties: false });

/** Query fields that every `change` understands. */
export const changeQueryFields = {
  ifBusy: Type.Optional(
    Type.Enum(['fail', 'wait'], {
      description: 'What to do when another operation holds the target: fail with `busy`, or wait',
      default: 'fail',
    }),
  ),
  dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would be done' })),
};

export const changeQuery = Type.Object(changeQueryFields, { additionalProperties: false });

/** Query of changes that may promise resources. */
export const promisingQuery = Type.Object(
  {
    ...changeQueryFields,
    force: Type.Optional(
      Type.Boolean({ description: 'Promise more than the node has; the history of operations tells it' }),
    ),
  },
  { additionalProperties: false },
);

/** Errors of changes that a node may not be able to do anything for. */
export const promisingErrors = ['overcommitted', 'host_lacks', 'invalid_parameter'] as const;

/** Errors that any call on a VE can answer with. */
export const veErrors = [
  'invalid_input',
  'unknown_field',
  've_not_found',
  'forbidden',
  'withheld',
  'internal',
] as const;

/** Errors of calls that are done with the files of a VE, by its own root. */
export const insideErrors = [
  ...veErrors,
  'wrong_state',
  'busy',
  'shutting_down',
  'file_not_found',
  'file_refused',
  'exec_failed',
  'timeout',
  'tool_failed',
] as const;

/** Errors that any change of a VE can answer with. */
export const veChangeErrors = [
  ...veErrors,
  'wrong_state',
  'busy',
  'cancelled',
  'interrupted',
  'tool_failed',
  'shutting_down',
] as const;

export const veColumns = [
  column('ctid', { align: 'right' }),
  column('name'),
  column('state'),
  column('transition', { shown: false }),
  column('addresses'),
  column('template'),
  column('hostname', { shown: false }),
  column('onboot', { shown: false }),
  column('bootorder', { shown: false, align: 'right' }),
  column('init', { shown: false, align: 'right' }),
  column('startedAt', { title: 'STARTED', shown: false }),
  column('uuid', { shown: false }),
  column('description', { shown: false }),
];

/** The columns of what tells a state only. */
export const statusColumns = veColumns.filter((row) =>
  ['ctid', 'name', 'state', 'transition', 'init', 'startedAt', 'uuid'].includes(row.key),
);
