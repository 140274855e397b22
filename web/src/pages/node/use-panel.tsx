import { type NodeMetric, nodeMetrics } from '@insula/contract';
import { SimpleGrid } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { readOf } from '../../calls/reads.ts';
import { MetricChart } from '../../chart/metric-chart.tsx';
import { SpanPicker } from '../../chart/span-picker.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { joinHistories } from '../ve/chart-data.ts';

const spans = ['1h', '6h', '1d', '7d', '30d'] as const;
type Span = (typeof spans)[number];

/** Each with what its axis reaches at least, in its unit. */
const charts = [
  { key: 'cpu', metrics: ['cpu'], least: 0.1 },
  { key: 'load', metrics: ['load'], least: 1 },
  { key: 'memory', metrics: ['memory', 'cache'], least: 1_048_576 },
  { key: 'pool', metrics: ['pool'], least: 1_048_576 },
  { key: 'network', metrics: ['inBytes', 'outBytes'], least: 1024 },
  { key: 'disk', metrics: ['readBytes', 'writeBytes'], least: 1024 },
] as const satisfies readonly {
  readonly key: string;
  readonly metrics: readonly NodeMetric[];
  readonly least: number;
}[];

const metrics: readonly NodeMetric[] = charts.flatMap((chart) => [...chart.metrics]);
const unitOf = (metric: NodeMetric) => nodeMetrics.find(({ name }) => name === metric)?.unit ?? 'count';

/** What the node used. */
export function UsePanel() {
  const [span, setSpan] = useState<Span>('1h');
  const { histories, error } = useQueries({
    queries: metrics.map((metric) => ({
      ...readOf('node.history', { query: { metric, last: span } }),
      // what is past does not change, but there is more of it whenever it is shown again
      staleTime: 0,
      gcTime: 0,
    })),
    combine: (results) => ({
      error: results.find((result) => result.error)?.error ?? null,
      histories: results.every((result) => result.data !== undefined)
        ? results.map((result, index) => ({
            metric: metrics[index] as NodeMetric,
            points: result.data ?? [],
          }))
        : undefined,
    }),
  });
  const data = useMemo(() => (histories === undefined ? undefined : joinHistories(histories)), [histories]);
  const words = text.nodePage;
  return (
    <Section title={words.tabs.use} actions={<SpanPicker spans={spans} value={span} onChange={setSpan} />}>
      {error !== null && <Failure error={error} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {charts.map(({ key, metrics: shown, least }) => (
          <MetricChart
            key={key}
            title={words.charts[key]}
            unit={unitOf(shown[0])}
            least={least}
            times={data?.times}
            series={shown.map((metric) => ({
              label: words.metrics[metric],
              values: data?.values[metric] ?? [],
            }))}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}
