import {
  type HistoryPoint,
  type HistoryResolution,
  type MetricRow,
  nodeMetrics,
  veMetrics,
} from '@insula/contract';
import type { Snapshot } from '../sampler/sampler.ts';
import { type Level, levelFor, levelOf, levels } from './levels.ts';
import { joinPoints, type Point, pointOf, valuesInOrder } from './points.ts';
import { type HistoryStore, nodeSeries } from './store.ts';

export interface HistoryPorts {
  readonly store: HistoryStore;
  /** Milliseconds between two samples. */
  readonly interval: number;
  /** Lets others have their turn in the middle of long work. */
  breathe(): Promise<void>;
  failed(problem: unknown): void;
}

/** What of a series is asked for; times in milliseconds since 1970. */
export interface HistoryQuery {
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly resolution?: HistoryResolution | undefined;
}

/** Series put together before others get their turn. */
const seriesAtOnce = 20;

/** Keeps every sample for some hours, and what samples come to in five minutes, hours and days for longer. */
export class HistoryKeeper {
  readonly #ports: HistoryPorts;
  #rolling: Promise<void> | null = null;

  constructor(ports: HistoryPorts) {
    this.#ports = ports;
  }

  /** Keeps a regular sample, and puts together what is complete by then. */
  record({ node, ves }: Snapshot): void {
    const { at } = node.reading;
    const points = new Map<string, Point>();
    points.set(nodeSeries, pointOf(at, valuesInOrder(nodeMetrics, node.values)));
    for (const { reading, values } of ves)
      points.set(reading.subject.uuid, pointOf(at, valuesInOrder(veMetrics, values)));
    try {
      this.#ports.store.append('raw', at, points);
    } catch (problem) {
      return this.#ports.failed(problem);
    }
    this.#rolling ??= this.rollUp(at)
      .catch((problem: unknown) => this.#ports.failed(problem))
      .finally(() => {
        this.#rolling = null;
      });
  }

  /** Settles when nothing is being put together. */
  async idle(): Promise<void> {
    await this.#rolling;
  }

  /** Puts together every span that is over and was not yet, those of the time before a restart, too, and forgets what is old. */
  async rollUp(now: number): Promise<void> {
    const { store } = this.#ports;
    for (const level of levels) {
      if (level.span !== null && level.from !== null)
        for (const at of this.#due(level, level.span, level.from, now))
          await this.#join(level, level.span, at);
      const oldest = store.oldest(level.resolution);
      // now and then: a pass for every sample would only cost
      if (oldest !== null && oldest < now - level.kept * 1.05)
        store.prune(level.resolution, now - level.kept);
    }
  }

  /** Beginnings of spans that are over, behind the last one that was put together. */
  #due(level: Level, span: number, from: HistoryResolution, now: number): readonly number[] {
    const { store } = this.#ports;
    const newest = store.newest(level.resolution);
    const oldest = store.oldest(from);
    if (oldest === null) return [];
    // what the level below has forgotten cannot be put together any more
    const first = Math.max(newest === null ? 0 : newest + span, oldest - (oldest % span));
    const due: number[] = [];
    for (let at = first; at + span <= now; at += span) due.push(at);
    return due;
  }

  async #join({ resolution, from }: Level, span: number, at: number): Promise<void> {
    const { store } = this.#ports;
    const source = from as HistoryResolution;
    const joined = new Map<string, Point>();
    for (const [index, series] of store.series(source, at, at + span).entries()) {
      if (index % seriesAtOnce === seriesAtOnce - 1) await this.#ports.breathe();
      const point = joinPoints(at, store.read(series, source, at, at + span));
      if (point !== null) joined.set(series, point);
    }
    if (joined.size > 0) store.append(resolution, at, joined);
  }

  /** History of one metric of a VE, or of the node. */
  read(series: string, query: HistoryQuery): HistoryPoint[] {
    const { interval } = this.#ports;
    const { metric, from, to, now, resolution } = query;
    const metrics: readonly MetricRow[] = series === nodeSeries ? nodeMetrics : veMetrics;
    const column = metrics.findIndex(({ name }) => name === metric);
    const level = resolution === undefined ? levelFor(from, to, now, interval) : levelOf(resolution);
    const seconds = (level.span ?? interval) / 1000;
    return this.#points(series, level, from, to).flatMap(({ at, min, avg, max }) => {
      const average = avg[column] ?? Number.NaN;
      if (Number.isNaN(average)) return [];
      return [
        {
          at: new Date(at).toISOString(),
          seconds,
          min: digits(min[column]),
          avg: digits(average),
          max: digits(max[column]),
        },
      ];
    });
  }

  /** Points of a level, and what the finer ones have of the span that is not over yet. */
  #points(
    series: string,
    { resolution, span, from: source }: Level,
    from: number,
    to: number,
  ): readonly Point[] {
    const { store } = this.#ports;
    const points = store.read(series, resolution, from, to);
    if (span === null || source === null) return points;
    const newest = store.newest(resolution);
    const begin = Math.max(newest === null ? 0 : newest + span, from - (from % span));
    if (begin >= to) return points;
    const open = Map.groupBy(this.#points(series, levelOf(source), begin, to), ({ at }) => at - (at % span));
    return [...points, ...[...open].flatMap(([at, parts]) => joinPoints(at, parts) ?? [])];
  }
}

/** Seven digits is what four bytes tell. */
function digits(value = Number.NaN): number {
  return Number(value.toPrecision(7));
}
