import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot, { type AlignedData } from 'uplot';
import { language } from '../text/index.ts';

export interface Series {
  readonly label: string;
  /** Name of a CSS variable that holds its colour. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

interface TimeChartProps {
  readonly title: string;
  /** Seconds since 1970, growing. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** What the axis reaches at least, so that next to nothing does not look like much. */
  readonly least: number;
}

const height = 150;

const short = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const clock = new Intl.DateTimeFormat(language, short);
const exactClock = new Intl.DateTimeFormat(language, { ...short, second: '2-digit' });
const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });

/** Values over time. Colours and widths are of the page, so it is drawn anew when those change. */
export function TimeChart({ title, times, series, format, least }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const data = [times, ...series.map(({ values }) => values)] as unknown as AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const shape = series.map(({ label, colour }) => `${label} ${colour}`).join('\n');

  // biome-ignore lint/correctness/useExhaustiveDependencies: values come by the effect below
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const style = getComputedStyle(element);
    const variable = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: variable('--mantine-color-dimmed'),
      grid: { stroke: variable('--mantine-color-default-border'), width: 1 },
      ticks: { show: false },
      font: `11px ${variable('--mantine-font-family') || 'sans-serif'}`,
    };
    const made = new uPlot(
      {
        width: Math.max(element.clientWidth, 120),
        height,
        legend: { show: false },
        cursor: { y: false, points: { size: 5 } },
        scales: { y: { range: (_, __, most) => [0, Math.max(most * 1.15, least)] } },
        axes: [
          {
            ...axis,
            size: 26,
            space: 70,
            values: (_, splits, __, ___, step) => splits.map((at) => timeText(at, step)),
          },
          { ...axis, size: 68, values: (_, splits) => splits.map((value) => format(value)) },
        ],
        series: [
          {},
          ...series.map(({ label, colour }) => ({
            label,
            stroke: variable(colour),
            fill: `color-mix(in srgb, ${variable(colour)} 12%, transparent)`,
            width: 1.5,
            points: { show: false },
            spanGaps: false,
          })),
        ],
      },
      latest.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: Math.max(element.clientWidth, 120), height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, shape]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: made of these two
  useEffect(() => plot.current?.setData(latest.current), [times, series]);

  return <div ref={place} role="img" aria-label={title} style={{ height, minWidth: 0 }} />;
}

/** The time of day, as exact as the step between two of them asks for, and at midnight the day. */
function timeText(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  if (step < 60) return exactClock.format(at);
  return at.getHours() === 0 && at.getMinutes() === 0 ? day.format(at) : clock.format(at);
}
