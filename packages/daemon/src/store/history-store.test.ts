import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { nodeMetrics, veMetrics } from '@insula/contract';
import { HistoryKeeper, nodeSeries, type Point } from '@insula/monitoring';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { historySchema } from './history-schema.ts';
import { SqliteHistory } from './history-store.ts';

let dir = '';
let database: ReturnType<typeof openDatabase>;
let store: SqliteHistory;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/insula-history-`);
  database = openDatabase(`${dir}/history.db`, { schema: historySchema, onDamaged: () => undefined });
  store = new SqliteHistory(database);
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true });
});

const start = Date.parse('2026-11-28T00:00:00Z');
const minute = 60_000;
const day = 1440 * minute;
const interval = 10_000;

/** A sample in which the CPU of a VE is `cpu`, and nothing else is known. */
const pointOf = (at: number, cpu: number): Point => {
  const values = new Float32Array(veMetrics.length).fill(Number.NaN);
  values[0] = cpu;
  return { at, samples: 1, min: values, avg: values, max: values };
};
const keeper = () =>
  new HistoryKeeper({
    store,
    interval,
    breathe: async () => undefined,
    failed(problem) {
      throw problem;
    },
  });

/** Samples from one moment to another, each of the minute that it is in. */
async function pass(from: number, to: number, ves: readonly string[] = ['a']): Promise<void> {
  const history = keeper();
  for (let at = from; at < to; at += interval) {
    const cpu = Math.floor((at - start) / minute);
    store.append('raw', at, new Map(ves.map((ve) => [ve, pointOf(at, cpu)])));
    if (at % minute === 0) await history.rollUp(at);
  }
  await history.rollUp(to);
}
const cpu = { metric: 'cpu', from: start, to: start + 100 * day };

test('samples are put together by five minutes, hours and days, each from the one before', async () => {
  await pass(start, start + 180 * minute);
  const now = start + 180 * minute;
  const five = keeper().read('a', { ...cpu, now, resolution: '5min' });
  expect(five).toHaveLength(36);
  expect(five[1]).toEqual({ at: '2026-11-28T00:05:00.000Z', seconds: 300, min: 5, avg: 7, max: 9 });
  const hours = keeper().read('a', { ...cpu, now, resolution: 'hour' });
  expect(hours.map(({ min, avg, max }) => [min, avg, max])).toEqual([
    [0, 29.5, 59],
    [60, 89.5, 119],
    [120, 149.5, 179],
  ]);
  // a day that is not over is shown as far as it has come
  expect(keeper().read('a', { ...cpu, now, resolution: 'day' })).toEqual([
    { at: '2026-11-28T00:00:00.000Z', seconds: 86_400, min: 0, avg: 89.5, max: 179 },
  ]);
});

test('what a daemon that was away has not put together the next one does', async () => {
  for (let at = start; at < start + 20 * minute; at += interval)
    store.append('raw', at, new Map([['a', pointOf(at, 1)]]));
  store = new SqliteHistory(database);
  await keeper().rollUp(start + 90 * minute);
  expect(store.read('a', '5min', start, start + day)).toHaveLength(4);
  expect(store.read('a', 'hour', start, start + day)).toHaveLength(1);
});

test('every level forgets what is older than it keeps', async () => {
  await pass(start, start + 300 * minute, ['a', 'b']);
  expect(store.oldest('raw')).toBeGreaterThan(start + 170 * minute);
  expect(store.oldest('5min')).toBe(start);
  await keeper().rollUp(start + 3 * day);
  expect(store.oldest('raw')).toBeNull();
  expect(store.oldest('5min')).toBeNull();
  expect(store.oldest('hour')).toBe(start);
});

test('points of an earlier list of metrics are read by their names', () => {
  const old = JSON.stringify(['gone', 'memory', 'cpu']);
  database.prepare('INSERT INTO layouts (id, metrics) VALUES (99, ?)').run(old);
  database.exec("INSERT INTO series (id, name) VALUES (7, 'v')");
  database.prepare('INSERT INTO ticks (level, at) VALUES (0, ?)').run(start);
  const data = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  database.prepare('INSERT INTO points VALUES (0, ?, 7, 99, 1, ?)').run(start, data);
  const [point] = new SqliteHistory(database).read('v', 'raw', start, start + 1);
  const value = (name: string) => point?.avg[veMetrics.findIndex((metric) => metric.name === name)];
  expect([value('cpu'), value('memory'), value('disk')]).toEqual([3, 2, Number.NaN]);
});

test('what cannot be written leaves nothing behind, and no name without a number', () => {
  database.exec("CREATE TRIGGER full BEFORE INSERT ON points BEGIN SELECT RAISE(ABORT, 'full'); END");
  expect(() => store.append('raw', start, new Map([['a', pointOf(start, 1)]]))).toThrow('full');
  expect(store.newest('raw')).toBeNull();
  database.exec('DROP TRIGGER full');
  store.append('raw', start, new Map([['a', pointOf(start, 1)]]));
  expect(store.read('a', 'raw', start, start + 1)).toHaveLength(1);
});

test('the node has metrics of its own', () => {
  const values = new Float32Array(nodeMetrics.length).fill(4);
  store.append(
    'raw',
    start,
    new Map([[nodeSeries, { at: start, samples: 1, min: values, avg: values, max: values }]]),
  );
  const query = { metric: 'load', from: start, to: start + 1, now: start, resolution: 'raw' as const };
  expect(keeper().read(nodeSeries, query)).toMatchObject([{ avg: 4 }]);
});
