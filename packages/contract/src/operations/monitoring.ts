import { Type } from 'typebox';
import { nodeMetrics, veMetrics } from '../metrics/table.ts';
import { HistoryPoint, historyResolutions, Reading, VeProcess, VeService } from '../schemas/monitoring.ts';
import { column, defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

const time = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,3})?)?Z)?$',
      description: `${description}: ISO 8601, UTC`,
    }),
  );

const span = {
  last: Type.Optional(
    Type.String({
      pattern: '^[1-9][0-9]{0,3}[mhdw]$',
      default: '1h',
      description: 'The last minutes, hours, days or weeks: 30m, 6h, 7d, 4w',
    }),
  ),
  from: time('Since when, instead of `last`'),
  to: time('Until when; default: now'),
  resolution: Type.Optional(
    Type.Enum([...historyResolutions], {
      description:
        'Every sample, or those of 5 minutes, an hour or a day put together; default: what suits the span',
    }),
  ),
};

const historyColumns = [
  column('at', { title: 'FROM' }),
  column('seconds', { align: 'right', shown: false }),
  column('min', { align: 'right' }),
  column('avg', { align: 'right' }),
  column('max', { align: 'right' }),
];

export const veHistory = defineOperation({
  id: 've.history',
  title: 'Show what a VE used',
  description:
    'The history of one metric of a VE: least, average and most in each span of time. Every sample is kept for two hours, five minutes for two days, hours for thirty days, days for two years.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/history',
  params: veParams,
  query: Type.Object(
    {
      metric: Type.Optional(
        Type.Enum(
          veMetrics.map(({ name }) => name),
          { default: 'cpu', description: 'What was measured' },
        ),
      ),
      ...span,
    },
    { additionalProperties: false },
  ),
  result: Type.Array(HistoryPoint),
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['history'],
    positionals: [{ field: 've' }],
    columns: historyColumns,
    examples: [
      { command: 'insula history web1 --metric memory --last 1d', text: 'the memory of a day' },
      { command: 'insula history web1 --metric cpu --resolution raw', text: 'every sample of the last hour' },
    ],
  },
});

export const nodeHistory = defineOperation({
  id: 'node.history',
  title: 'Show what the node used',
  description: 'The history of one metric of the node, as that of a VE.',
  kind: 'read',
  method: 'GET',
  path: '/v1/node/history',
  query: Type.Object(
    {
      metric: Type.Optional(
        Type.Enum(
          nodeMetrics.map(({ name }) => name),
          { default: 'cpu', description: 'What was measured' },
        ),
      ),
      ...span,
    },
    { additionalProperties: false },
  ),
  result: Type.Array(HistoryPoint),
  errors: ['invalid_input', 'unknown_field', 'forbidden', 'internal'],
  permission: 'node.read',
  cli: {
    verb: ['node', 'history'],
    positionals: [],
    columns: historyColumns,
    examples: [{ command: 'insula node history --metric load --last 4w', text: 'the load of four weeks' }],
  },
});

export const readings = defineOperation({
  id: 'readings',
  title: 'Watch the node and its VEs',
  description:
    'Samples of node and running VEs, of what one may see, as Server-Sent Events: the last one at once, then one each interval. While somebody watches, samples are taken as often as the most impatient wants them.',
  kind: 'events',
  method: 'GET',
  path: '/v1/readings',
  query: Type.Object(
    {
      interval: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 300,
          default: 3,
          'x-short': 'd',
          description: 'Seconds between two samples',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Reading,
  contentType: 'text/event-stream',
  errors: ['invalid_input', 'unknown_field', 'forbidden', 'internal'],
  permission: 've.read',
  scope: 'somewhere',
  cli: {
    verb: ['top'],
    positionals: [],
    own: true,
    examples: [
      { command: 'insula top', text: 'the node and its VEs, live; h shows the keys' },
      { command: 'insula top -d 1 --json', text: 'a sample a line, every second' },
    ],
  },
});

export const veProcesses = defineOperation({
  id: 've.processes',
  title: 'List processes of a VE',
  description: 'The processes of a running VE, as the kernel has them: nothing inside is asked.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/processes',
  params: veParams,
  result: Type.Array(VeProcess),
  errors: [...veErrors, 'wrong_state'],
  permission: 've.read',
  states: ['running', 'paused'],
  cli: {
    verb: ['ps'],
    positionals: [{ field: 've' }],
    columns: [
      column('pid', { align: 'right' }),
      column('hostPid', { title: 'HOST PID', align: 'right' }),
      column('parent', { align: 'right', shown: false }),
      column('user'),
      column('state', { title: 'S' }),
      column('threads', { align: 'right', shown: false }),
      column('cpuSeconds', { title: 'CPU S', align: 'right' }),
      column('memoryBytes', { title: 'MEMORY', align: 'right' }),
      column('startedAt', { title: 'STARTED' }),
      column('command'),
    ],
    examples: [{ command: 'insula ps web1 --sort -memoryBytes', text: 'the largest first' }],
  },
});

export const veServices = defineOperation({
  id: 've.services',
  title: 'List services of a VE',
  description:
    'The services of a running VE, as its service manager (systemd, sysvinit) tells. A VE whose init has no services has none.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/services',
  params: veParams,
  result: Type.Array(VeService),
  errors: [...veErrors, 'wrong_state', 'exec_failed', 'timeout', 'template_not_found', 'template_damaged'],
  permission: 've.read',
  states: ['running'],
  cli: {
    verb: ['services'],
    positionals: [{ field: 've' }],
    columns: [column('name'), column('state'), column('start'), column('description')],
    examples: [{ command: 'insula services web1 --filter state=failed', text: 'what has failed' }],
  },
});

export const metrics = defineOperation({
  id: 'metrics',
  title: 'Metrics for Prometheus',
  description:
    'What was counted and measured of node and running VEs, in the OpenMetrics text format. The same is answered at /metrics of the address that `monitoring` of the configuration names.',
  kind: 'download',
  method: 'GET',
  path: '/v1/metrics',
  result: Type.String(),
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  errors: ['forbidden', 'internal'],
  permission: 'node.read',
});
