import { Type } from 'typebox';
import { CapacityRow } from '../schemas/capacity.ts';
import { Beancounter, ParameterUse } from '../schemas/limits.ts';
import { column, defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

const counterColumns = [
  column('held', { align: 'right' }),
  column('maxheld', { align: 'right' }),
  column('barrier', { align: 'right' }),
  column('limit', { align: 'right' }),
  column('failcnt', { align: 'right' }),
];

export const veLimits = defineOperation({
  id: 've.limits',
  title: 'Show limits and use of a VE',
  description:
    'Every parameter with what the VE holds of it, the most it held, its barrier and limit, how often more was refused, and whether this host limits it, only counts it, or cannot do it.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/limits',
  params: veParams,
  result: Type.Array(ParameterUse),
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['limits'],
    positionals: [{ field: 've' }],
    columns: [
      column('parameter'),
      ...counterColumns,
      column('state'),
      column('note'),
      column('group', { shown: false }),
      column('unit', { shown: false }),
    ],
    examples: [
      { command: 'insula limits web1', text: 'all parameters of a VE' },
      {
        command: 'insula limits web1 --filter state=limited -o parameter,held,limit,failcnt',
        text: 'less of it',
      },
    ],
  },
});

export const beancounterList = defineOperation({
  id: 'beancounter.list',
  title: 'Show beancounters',
  description:
    'What /proc/user_beancounters of OpenVZ showed, of all VEs that run: its resources, in its units and order. Memory is in pages of 4 KiB.',
  kind: 'read',
  method: 'GET',
  path: '/v1/beancounters',
  query: Type.Object(
    {
      ve: Type.Optional(Type.String({ maxLength: 63, description: 'Only of this VE (name, CTID or UUID)' })),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(Beancounter),
  errors: ['invalid_input', 've_not_found', 'forbidden', 'internal'],
  permission: 've.read',
  scope: 'somewhere',
  cli: {
    verb: ['ubc'],
    positionals: [],
    columns: [
      column('ctid', { title: 'UID', align: 'right' }),
      column('name', { shown: false }),
      column('resource'),
      ...counterColumns,
      column('uuid', { shown: false }),
    ],
    examples: [
      { command: 'insula ubc', text: 'the counters of all VEs that run' },
      { command: 'insula ubc --ve web1 --filter failcnt!=0', text: 'what one of them was refused' },
    ],
  },
});

export const nodeCapacity = defineOperation({
  id: 'node.capacity',
  title: 'Show what can be promised',
  description:
    'What the node has of each resource, what it keeps for itself, what VEs that run were promised, may take at most and take now.',
  kind: 'read',
  method: 'GET',
  path: '/v1/capacity',
  result: Type.Array(CapacityRow),
  errors: ['forbidden', 'internal'],
  permission: 'node.read',
  cli: {
    verb: ['capacity'],
    positionals: [],
    columns: [
      column('resource'),
      column('total', { align: 'right' }),
      column('reserve', { align: 'right' }),
      column('promised', { align: 'right' }),
      column('promisable', { title: 'LEFT', align: 'right' }),
      column('limits', { align: 'right' }),
      column('used', { align: 'right' }),
      column('overcommit', { title: 'OVERCOMMIT %', align: 'right' }),
      column('unit', { shown: false }),
    ],
    examples: [{ command: 'insula capacity', text: 'whether another VE fits' }],
  },
});
