import type { HistoryPoint, Reading, VeMetric } from '@insula/contract';

/** Times and values of some metrics, side by side: what one chart shows. */
export interface ChartData<Metric extends string = VeMetric> {
  /** Seconds since 1970, growing. */
  readonly times: readonly number[];
  readonly values: Readonly<Partial<Record<Metric, readonly (number | null)[]>>>;
}

export const noData: ChartData = { times: [], values: {} };

/** Histories of several metrics on one axis of time. Where a metric has no point there is a gap. */
export function joinHistories<Metric extends string>(
  histories: readonly { readonly metric: Metric; readonly points: readonly HistoryPoint[] }[],
): ChartData<Metric> {
  const secondsOf = ({ at }: HistoryPoint) => Math.round(Date.parse(at) / 1000);
  const times = [...new Set(histories.flatMap(({ points }) => points.map(secondsOf)))].sort(
    (left, right) => left - right,
  );
  const values: ChartData<string>['values'] = Object.fromEntries(
    histories.map(({ metric, points }) => {
      const byTime = new Map(points.map((point) => [secondsOf(point), point.avg]));
      return [metric, times.map((time) => byTime.get(time) ?? null)];
    }),
  );
  return { times, values: values as ChartData<Metric>['values'] };
}

/** With one reading more at the end, and what is older than `keepSeconds` left out. */
export function withReading(
  data: ChartData,
  reading: Reading,
  {
    uuid,
    metrics,
    keepSeconds,
  }: {
    readonly uuid: string;
    readonly metrics: readonly VeMetric[];
    readonly keepSeconds: number;
  },
): ChartData {
  const time = Date.parse(reading.at) / 1000;
  if (time <= (data.times.at(-1) ?? 0)) return data;
  const now = reading.ves.find((ve) => ve.uuid === uuid)?.values;
  const first = data.times.findIndex((one) => one >= time - keepSeconds);
  const from = first < 0 ? data.times.length : first;
  return {
    times: [...data.times.slice(from), time],
    values: Object.fromEntries(
      metrics.map((metric) => [
        metric,
        [...(data.values[metric] ?? data.times.map(() => null)).slice(from), now?.[metric] ?? null],
      ]),
    ),
  };
}
