import { type Static, Type } from 'typebox';
import { type MetricRow, type NodeValues, nodeMetrics, type VeValues, veMetrics } from '../metrics/table.ts';

const valuesOf = (rows: readonly MetricRow[]) =>
  Type.Object(
    Object.fromEntries(
      rows.map(({ name, unit, text }) => [
        name,
        Type.Union([Type.Number(), Type.Null()], { description: `${text} (${unit})` }),
      ]),
    ),
    { additionalProperties: false },
  );

const VeMetricValues = Type.Unsafe<VeValues>(valuesOf(veMetrics));
const NodeMetricValues = Type.Unsafe<NodeValues>(valuesOf(nodeMetrics));

/** One look at the node and its running VEs. Values are null where the host cannot tell, or there is nothing to compare with. */
export const Reading = Type.Object(
  {
    at: Type.String({ description: 'ISO 8601, UTC' }),
    node: Type.Union(
      [
        Type.Object(
          {
            name: Type.String(),
            processors: Type.Integer(),
            memoryBytes: Type.Integer(),
            poolBytes: Type.Integer(),
            values: NodeMetricValues,
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { description: 'Null for who may see VEs only' },
    ),
    ves: Type.Array(
      Type.Object(
        { uuid: Type.String(), ctid: Type.Integer(), name: Type.String(), values: VeMetricValues },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'Reading' },
);
export type Reading = Static<typeof Reading>;

/** How fine history is: every sample, or what samples of five minutes, an hour or a day come to. */
export const historyResolutions = ['raw', '5min', 'hour', 'day'] as const;
export type HistoryResolution = (typeof historyResolutions)[number];

/** What a metric was during a span of time. */
export const HistoryPoint = Type.Object(
  {
    at: Type.String({ description: 'When the span begins: ISO 8601, UTC' }),
    seconds: Type.Integer({ description: 'How long it is' }),
    min: Type.Number(),
    avg: Type.Number(),
    max: Type.Number(),
  },
  { additionalProperties: false, $id: 'HistoryPoint' },
);
export type HistoryPoint = Static<typeof HistoryPoint>;

/** A process of a VE. What it calls itself is its own word. */
export const VeProcess = Type.Object(
  {
    pid: Type.Integer({ description: 'Inside the VE' }),
    hostPid: Type.Integer({ description: 'On the node' }),
    parent: Type.Integer({ description: 'Pid of its parent inside; 0 for one that came from the node' }),
    user: Type.String({ description: 'Name or number inside; "host" for one of the node' }),
    state: Type.String({ description: 'R, S, D, T, Z, …: proc_pid_stat(5)' }),
    threads: Type.Integer(),
    cpuSeconds: Type.Number({ description: 'CPU time since it began' }),
    memoryBytes: Type.Integer({ description: 'Resident' }),
    startedAt: Type.String({ description: 'ISO 8601, UTC' }),
    command: Type.String({ description: 'Its arguments, at most 4096 characters' }),
  },
  { additionalProperties: false, $id: 'VeProcess' },
);
export type VeProcess = Static<typeof VeProcess>;

/** A service of a VE, as its own service manager tells. */
export const VeService = Type.Object(
  {
    name: Type.String(),
    state: Type.Enum(['running', 'done', 'starting', 'stopping', 'stopped', 'failed', 'unknown'], {
      description: 'done: it did its work, and stays in force',
    }),
    start: Type.Union([Type.String(), Type.Null()], {
      description: 'Whether it starts by itself, in the word of the service manager; null: it does not say',
    }),
    description: Type.String(),
  },
  { additionalProperties: false, $id: 'VeService' },
);
export type VeService = Static<typeof VeService>;

const used = (description: string) => Type.Number({ minimum: 0, description });

/** What a VE used in a month, for bills. */
export const VeUsage = Type.Object(
  {
    month: Type.String({ description: 'Year and month, UTC' }),
    uuid: Type.String(),
    ctid: Type.Integer(),
    name: Type.String({ description: 'As it was last called' }),
    runningSeconds: used('For how long it ran'),
    cpuSeconds: used('CPU time'),
    memoryByteHours: used('Bytes of memory times hours, page cache and kernel memory included'),
    diskByteHours: used('Bytes of its own files times hours, while it was down, too'),
    readBytes: used('Read from disks'),
    writeBytes: used('Written to disks'),
    reads: used('Read operations'),
    writes: used('Write operations'),
    inBytes: used('Received, all classes'),
    outBytes: used('Sent, all classes'),
    traffic: Type.Array(
      Type.Object(
        {
          class: Type.Integer({ description: 'Network class' }),
          inBytes: used('Received, IP headers included'),
          inPackets: used('Received'),
          outBytes: used('Sent, IP headers included'),
          outPackets: used('Sent'),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'VeUsage' },
);
export type VeUsage = Static<typeof VeUsage>;
