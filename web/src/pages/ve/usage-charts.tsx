import { type VeDetail, type VeMetric, veMetrics } from '@insula/contract';
import { Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { readings } from '../../calls/readings.ts';
import { readOf } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { formatAmountIn } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { type ChartData, joinHistories, withReading } from './chart-data.ts';

const TimeChart = lazy(async () => ({ default: (await import('../../chart/time-chart.tsx')).TimeChart }));

const spans = ['10m', '1h', '6h', '1d', '7d', '30d'] as const;
type Span = (typeof spans)[number];

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
const colours = ['--insula-chart', '--insula-info'] as const;
const unitOf = (metric: VeMetric) => veMetrics.find(({ name }) => name === metric)?.unit ?? 'count';

/** What the VE uses and used. The shortest span goes on live for those who may watch the node. */
export function UsageCharts({ ve }: { readonly ve: VeDetail }) {
  const [span, setSpan] = useState<Span>('10m');
  const { data, error } = useChartData(ve, span);
  return (
    <Section
      title={text.usage.title}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={text.usage.span}
          value={span}
          onChange={(value) => setSpan(value as Span)}
          data={spans.map((value) => ({ value, label: text.usage.spans[value] }))}
        />
      }
    >
      {error !== null && <Failure error={error} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {charts.map((chart) => (
          <Chart key={chart.key} chart={chart} data={data} />
        ))}
      </SimpleGrid>
    </Section>
  );
}

interface ChartProps {
  readonly chart: (typeof charts)[number];
  readonly data: ChartData | undefined;
}

function Chart({ chart, data }: ChartProps) {
  const unit = unitOf(chart.metrics[0]);
  const format = useMemo(() => (value: number) => formatAmountIn(unit, value), [unit]);
  const series = chart.metrics.map((metric: VeMetric, index) => ({
    label: text.usage.metrics[metric as keyof typeof text.usage.metrics],
    colour: colours[index] ?? colours[0],
    values: data?.values[metric] ?? [],
  }));
  return (
    <Stack gap={4} miw={0}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={500}>
          {text.usage.charts[chart.key]}
        </Text>
        <Group gap="md">
          {series.map(({ label, colour, values }) => {
            const last = values.at(-1);
            return (
              <Group key={label} gap={6}>
                <span aria-hidden style={{ width: 10, height: 2, background: `var(${colour})` }} />
                <Text size="xs">{`${label} ${last == null ? '–' : format(last)}`}</Text>
              </Group>
            );
          })}
        </Group>
      </Group>
      {data === undefined ? (
        <Skeleton height={150} />
      ) : (
        <Suspense fallback={<Skeleton height={150} />}>
          <TimeChart
            title={text.usage.charts[chart.key]}
            least={chart.least}
            times={data.times}
            series={series}
            format={format}
          />
        </Suspense>
      )}
    </Stack>
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
