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
    node: Type.Object(
      {
        name: Type.String(),
        processors: Type.Integer(),
        memoryBytes: Type.Integer(),
        poolBytes: Type.Integer(),
        values: NodeMetricValues,
      },
      { additionalProperties: false },
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
