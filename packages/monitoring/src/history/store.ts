import type { HistoryResolution } from '@insula/contract';
import type { Point } from './points.ts';

/** The series of the node among those of VEs, which have their UUIDs. */
export const nodeSeries = 'node';

/** Where points are kept. What it holds may be lost: nothing but history goes with it. */
export interface HistoryStore {
  /** Keeps a point of each series, one of the same moment is replaced. All or none. */
  append(resolution: HistoryResolution, at: number, points: ReadonlyMap<string, Point>): void;
  /** Points of a series that begin from one moment on and before another, the oldest first. */
  read(series: string, resolution: HistoryResolution, from: number, to: number): readonly Point[];
  /** Series that have points in a span. */
  series(resolution: HistoryResolution, from: number, to: number): readonly string[];
  /** When the newest point of a resolution begins, null without any; and the oldest. */
  newest(resolution: HistoryResolution): number | null;
  oldest(resolution: HistoryResolution): number | null;
  /** Forgets points that begin before a moment. */
  prune(resolution: HistoryResolution, before: number): void;
}
