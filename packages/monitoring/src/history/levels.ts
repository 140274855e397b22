import type { HistoryResolution } from '@insula/contract';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export interface Level {
  readonly resolution: HistoryResolution;
  /** Milliseconds that one point stands for; of `raw` the interval of the sampler. */
  readonly span: number | null;
  /** Milliseconds for which points are kept. */
  readonly kept: number;
  /** What its points are made of. */
  readonly from: HistoryResolution | null;
}

// biome-ignore format: reads by rows
/** From fine to coarse. Each level is made of the one before once its span is over. */
export const levels: readonly Level[] = [
  { resolution: 'raw', span: null, kept: 2 * hour, from: null },
  { resolution: '5min', span: 5 * minute, kept: 2 * day, from: 'raw' },
  { resolution: 'hour', span: hour, kept: 30 * day, from: '5min' },
  { resolution: 'day', span: day, kept: 730 * day, from: 'hour' },
];

/** The level of a resolution. */
export function levelOf(resolution: HistoryResolution): Level {
  const level = levels.find((one) => one.resolution === resolution);
  if (level === undefined) throw new Error(`no history of ${resolution}`);
  return level;
}

/** Points of one answer: many more than a chart has pixels for help nobody. */
const wantedPoints = 3600;

/** The finest level that reaches back to the beginning of a span of time and has no more points in it than anybody could look at. */
export function levelFor(from: number, to: number, now: number, interval: number): Level {
  const fits = ({ span, kept }: Level) =>
    now - from <= kept + (span ?? interval) && (to - from) / (span ?? interval) <= wantedPoints;
  return levels.find(fits) ?? levelOf('day');
}
