import { expect, test } from 'vitest';
import { levelFor } from './levels.ts';

const hour = 3_600_000;
const now = Date.parse('2026-11-28T12:00:00Z');
const last = (hours: number) => levelFor(now - hours * hour, now, now, 10_000).resolution;

test('the finest level that reaches back and is not too much answers', () => {
  expect([0.5, 1, 2, 3, 24, 48, 72, 24 * 29, 24 * 60, 24 * 1000].map(last)).toEqual([
    'raw',
    'raw',
    'raw',
    '5min',
    '5min',
    '5min',
    'hour',
    'hour',
    'day',
    'day',
  ]);
});

test('a short span of long ago comes from the level that still has it', () => {
  const from = now - 24 * 10 * hour;
  expect(levelFor(from, from + hour, now, 10_000).resolution).toBe('hour');
});
