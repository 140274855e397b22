import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type HistoryResolution, historyResolutions, nodeMetrics, veMetrics } from '@insula/contract';
import { type HistoryStore, nodeSeries, type Point, packPoint, unpackPoint } from '@insula/monitoring';

/** Names of metrics in the order of a stored point. */
type Layout = readonly string[];

const currentLayouts = {
  node: nodeMetrics.map(({ name }) => name),
  ve: veMetrics.map(({ name }) => name),
} as const;

/**
 * History in SQLite: a row for each point, its numbers packed. Points say by which list of metrics they were written, so that a
 * version with other metrics reads those of an earlier one.
 */
export class SqliteHistory implements HistoryStore {
  readonly #database: DatabaseSync;
  readonly #series = new Map<string, number>();
  readonly #layouts = new Map<number, Layout>();
  readonly #layoutIds: { readonly node: number; readonly ve: number };
  readonly #write: StatementSync;
  readonly #read: StatementSync;
  readonly #named: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#layoutIds = { node: this.#layoutId(currentLayouts.node), ve: this.#layoutId(currentLayouts.ve) };
    for (const { id, metrics } of database.prepare('SELECT id, metrics FROM layouts').all())
      this.#layouts.set(Number(id), JSON.parse(String(metrics)) as Layout);
    for (const { id, name } of database.prepare('SELECT id, name FROM series').all())
      this.#series.set(String(name), Number(id));
    this.#write = database.prepare(
      'INSERT OR REPLACE INTO points (level, at, series, layout, samples, data) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#read = database.prepare(
      `SELECT points.at, layout, samples, data FROM ticks CROSS JOIN points USING (level, at)
       WHERE level = ? AND at >= ? AND at < ? AND series = ? ORDER BY at`,
    );
    this.#named = database.prepare(
      'SELECT DISTINCT name FROM points JOIN series ON series.id = series WHERE level = ? AND at >= ? AND at < ?',
    );
  }

  append(resolution: HistoryResolution, at: number, points: ReadonlyMap<string, Point>): void {
    const level = levelOf(resolution);
    this.#database.exec('BEGIN');
    try {
      this.#database.prepare('INSERT OR IGNORE INTO ticks (level, at) VALUES (?, ?)').run(level, at);
      for (const [series, point] of points) {
        const layout = series === nodeSeries ? this.#layoutIds.node : this.#layoutIds.ve;
        this.#write.run(level, at, this.#seriesId(series), layout, point.samples, packPoint(point));
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      this.#series.clear();
      throw error;
    }
  }

  read(series: string, resolution: HistoryResolution, from: number, to: number): readonly Point[] {
    const id = this.#series.get(series);
    if (id === undefined) return [];
    const current = series === nodeSeries ? currentLayouts.node : currentLayouts.ve;
    return this.#read.all(levelOf(resolution), from, to, id).map((row) => {
      const layout = this.#layouts.get(Number(row['layout'])) ?? [];
      const data = row['data'] as Uint8Array;
      const point = unpackPoint(Number(row['at']), Number(row['samples']), layout.length, data);
      return inOrderOf(current, layout, point);
    });
  }

  series(resolution: HistoryResolution, from: number, to: number): readonly string[] {
    return this.#named.all(levelOf(resolution), from, to).map(({ name }) => String(name));
  }

  newest(resolution: HistoryResolution): number | null {
    return this.#tick('max', resolution);
  }

  oldest(resolution: HistoryResolution): number | null {
    return this.#tick('min', resolution);
  }

  prune(resolution: HistoryResolution, before: number): void {
    for (const table of ['points', 'ticks'])
      this.#database
        .prepare(`DELETE FROM ${table} WHERE level = ? AND at < ?`)
        .run(levelOf(resolution), before);
  }

  #tick(which: 'min' | 'max', resolution: HistoryResolution): number | null {
    const row = this.#database
      .prepare(`SELECT ${which}(at) AS at FROM ticks WHERE level = ?`)
      .get(levelOf(resolution));
    return row?.['at'] === null || row === undefined ? null : Number(row['at']);
  }

  #seriesId(name: string): number {
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    const row = this.#database
      .prepare(
        'INSERT INTO series (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id',
      )
      .get(name);
    const id = Number(row?.['id']);
    this.#series.set(name, id);
    return id;
  }

  #layoutId(layout: Layout): number {
    const row = this.#database
      .prepare(
        'INSERT INTO layouts (metrics) VALUES (?) ON CONFLICT (metrics) DO UPDATE SET metrics = metrics RETURNING id',
      )
      .get(JSON.stringify(layout));
    return Number(row?.['id']);
  }
}

function levelOf(resolution: HistoryResolution): number {
  return historyResolutions.indexOf(resolution);
}

/** A point of another list of metrics by the names of ours; what it does not have is unknown. */
function inOrderOf(current: Layout, stored: Layout, point: Point): Point {
  if (current.length === stored.length && current.every((name, index) => name === stored[index]))
    return point;
  const moved = (values: Float32Array) =>
    Float32Array.from(current, (name) => values[stored.indexOf(name)] ?? Number.NaN);
  return { ...point, min: moved(point.min), avg: moved(point.avg), max: moved(point.max) };
}
