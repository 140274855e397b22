import { type VeDetail, type VeMetric, veMetrics } from '@insula/contract';
import { SimpleGrid } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { readings } from '../../calls/readings.ts';
import { readOf } from '../../calls/reads.ts';
import { MetricChart } from '../../chart/metric-chart.tsx';
import { type Span, SpanPicker, spans } from '../../chart/span-picker.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { type ChartData, joinHistories, withReading } from './chart-data.ts';

/** Each with what its axis reaches at least, in its unit. */
const charts = [
  { key: 'cpu', metrics: ['cpu'], least: 0.1 },
  { key: 'memory', metrics: ['memory', 'anonymous'], least: 1_048_576 },
  { key: 'network', metrics: ['inBytes', 'outBytes'], least: 1024 },
  { key: 'disk', metrics: ['readBytes', 'writeBytes'], least: 1024 },
] as const satisfies readonly {
  readonly key: string;
  readonly metrics: readonly VeMetric[];
  readonly least: number;
}[];

const metrics: readonly VeMetric[] = charts.flatMap((chart) => [...chart.metrics]);
const unitOf = (metric: VeMetric) => veMetrics.find(({ name }) => name === metric)?.unit ?? 'count';

/** What the VE uses and used. The shortest span goes on live for those who may watch the node. */
export function UsageCharts({ ve }: { readonly ve: VeDetail }) {
  const [span, setSpan] = useState<Span>('10m');
  const { data, error } = useChartData(ve, span);
  return (
    <Section title={text.usage.title} actions={<SpanPicker spans={spans} value={span} onChange={setSpan} />}>
      {error !== null && <Failure error={error} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {charts.map(({ key, metrics: shown, least }) => (
          <MetricChart
            key={key}
            title={text.usage.charts[key]}
            unit={unitOf(shown[0])}
            least={least}
            times={data?.times}
            series={shown.map((metric) => ({
              label: text.usage.metrics[metric],
              values: data?.values[metric] ?? [],
            }))}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}

/** History of all metrics for a span; in the shortest one with readings at its end as they come. */
function useChartData(
  ve: VeDetail,
  span: Span,
): { readonly data: ChartData | undefined; readonly error: unknown } {
  const mayWatch = useRefusal()('readings') === null;
  const isLive = span === '10m' && mayWatch && ve.state === 'running';
  const history = useQueries({
    queries: metrics.map((metric) => ({
      ...readOf('ve.history', {
        params: { ve: ve.uuid },
        query: { metric, last: span, ...(span === '10m' ? { resolution: 'raw' as const } : {}) },
      }),
      // what is past does not change, but there is more of it whenever it is shown again
      staleTime: 0,
      gcTime: 0,
    })),
    combine: (results) => ({
      error: results.find((result) => result.error)?.error ?? null,
      points: results.every((result) => result.data !== undefined)
        ? results.map((result, index) => ({
            metric: metrics[index] as VeMetric,
            points: result.data ?? [],
          }))
        : undefined,
    }),
  });
  const past = useMemo(
    () => (history.points === undefined ? undefined : joinHistories(history.points)),
    [history.points],
  );
  const [data, setData] = useState<ChartData | undefined>(undefined);
  useEffect(() => setData(past), [past]);
  const { uuid } = ve;
  useEffect(() => {
    if (!isLive) return undefined;
    return readings.watch((reading) =>
      setData((before) =>
        before === undefined ? before : withReading(before, reading, { uuid, metrics, keepSeconds: 600 }),
      ),
    );
  }, [isLive, uuid]);
  return { data, error: history.error };
}
