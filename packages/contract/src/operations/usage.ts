import { Type } from 'typebox';
import { VeUsage } from '../schemas/monitoring.ts';
import { column, defineOperation } from './definition.ts';

const query = Type.Object(
  {
    month: Type.Optional(
      Type.String({
        pattern: '^[0-9]{4}-(?:0[1-9]|1[0-2])$',
        description: 'Year and month, as 2026-11; default: this one',
      }),
    ),
    ve: Type.Optional(
      Type.String({
        maxLength: 63,
        description: 'Only of this VE (name, CTID or UUID), also one that is gone',
      }),
    ),
  },
  { additionalProperties: false },
);
const errors = [
  'invalid_input',
  'unknown_field',
  've_not_found',
  'tool_failed',
  'forbidden',
  'internal',
] as const;

export const usageList = defineOperation({
  id: 'usage.list',
  title: 'Show what VEs used in a month',
  description:
    'CPU time, memory and disk space by time, I/O and traffic of each VE in a month (UTC), those that were destroyed included. Sums go on over restarts of VE, daemon and node; three years are kept.',
  kind: 'read',
  method: 'GET',
  path: '/v1/usage',
  query,
  result: Type.Array(VeUsage),
  errors: [...errors],
  permission: 'usage.read',
  scope: 'somewhere',
  cli: {
    verb: ['usage', 'list'],
    positionals: [],
    columns: [
      column('month'),
      column('ctid', { align: 'right' }),
      column('name'),
      column('cpuSeconds', { title: 'CPU S', align: 'right' }),
      column('runningSeconds', { title: 'RUNNING S', align: 'right' }),
      column('memoryByteHours', { title: 'MEMORY B*H', align: 'right' }),
      column('diskByteHours', { title: 'DISK B*H', align: 'right' }),
      column('readBytes', { title: 'READ', align: 'right' }),
      column('writeBytes', { title: 'WRITTEN', align: 'right' }),
      column('reads', { align: 'right', shown: false }),
      column('writes', { align: 'right', shown: false }),
      column('inBytes', { title: 'IN', align: 'right' }),
      column('outBytes', { title: 'OUT', align: 'right' }),
      column('uuid', { shown: false }),
    ],
    examples: [
      { command: 'insula usage list --month 2026-10', text: 'last month' },
      { command: 'insula usage list --ve web1 --json', text: 'of one, with traffic by class' },
    ],
  },
});

export const usageExport = defineOperation({
  id: 'usage.export',
  title: 'Export what VEs used in a month',
  description:
    'The same as comma-separated values (RFC 4180): a line for each VE, with columns for each network class.',
  kind: 'download',
  method: 'GET',
  path: '/v1/usage.csv',
  query,
  result: Type.String(),
  contentType: 'text/csv; charset=utf-8; header=present',
  errors: [...errors],
  permission: 'usage.read',
  cli: {
    verb: ['usage', 'export'],
    positionals: [],
    own: true,
    examples: [{ command: 'insula usage export --month 2026-10 > october.csv', text: 'for a spreadsheet' }],
  },
});
