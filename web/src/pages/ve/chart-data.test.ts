import type { HistoryPoint, Reading } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { joinHistories, noData, withReading } from './chart-data.ts';

const point = (second: number, avg: number): HistoryPoint => ({
  at: new Date(second * 1000).toISOString(),
  seconds: 1,
  min: avg,
  avg,
  max: avg,
});
const reading = (second: number, cpu: number | null) =>
  ({
    at: new Date(second * 1000).toISOString(),
    ves: [{ uuid: 'a', ctid: 101, name: 'a', values: { cpu } }],
  }) as unknown as Reading;
const options = { uuid: 'a', metrics: ['cpu', 'memory'] as const, keepSeconds: 10 };

describe('what a chart shows', () => {
  test('metrics share one axis of time, with gaps where one has nothing', () => {
    const data = joinHistories([
      { metric: 'cpu', points: [point(1, 10), point(3, 30)] },
      { metric: 'memory', points: [point(2, 5)] },
    ]);
    expect(data).toEqual({ times: [1, 2, 3], values: { cpu: [10, null, 30], memory: [null, 5, null] } });
  });

  test('readings go on where history ends, none twice, and old ones leave', () => {
    let data = joinHistories([{ metric: 'cpu', points: [point(100, 1), point(105, 2)] }]);
    data = withReading(data, reading(108, 3), options);
    expect(withReading(data, reading(108, 9), options)).toBe(data);
    data = withReading(data, reading(112, null), options);
    expect(data).toEqual({
      times: [105, 108, 112],
      values: { cpu: [2, 3, null], memory: [null, null, null] },
    });
  });

  test('readings alone are a chart, too', () => {
    expect(withReading(noData, reading(5, 1), options).values['cpu']).toEqual([1]);
  });
});
