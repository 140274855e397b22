import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { formatAmountIn } from '../parts/format.ts';

const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

const colours = ['--insula-chart', '--insula-info'] as const;

interface MetricChartProps {
  readonly title: string;
  /** Unit of all series. */
  readonly unit: string;
  /** What the axis reaches at least, in the unit. */
  readonly least: number;
  /** Seconds since 1970, growing; undefined while they are not there yet. */
  readonly times: readonly number[] | undefined;
  /** Two at most. */
  readonly series: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
}

/** Values over time below what they are called and what they are now. */
export function MetricChart({ title, unit, least, times, series }: MetricChartProps) {
  const format = useMemo(() => (value: number) => formatAmountIn(unit, value), [unit]);
  const coloured = series.map((one, index) => ({ ...one, colour: colours[index] ?? colours[0] }));
  return (
    <Stack gap={4} miw={0}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={500}>
          {title}
        </Text>
        <Group gap="md">
          {coloured.map(({ label, colour, values }) => {
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
      {times === undefined ? (
        <Skeleton height={150} />
      ) : (
        <Suspense fallback={<Skeleton height={150} />}>
          <TimeChart title={title} least={least} times={times} series={coloured} format={format} />
        </Suspense>
      )}
    </Stack>
  );
}
