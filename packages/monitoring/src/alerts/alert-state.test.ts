import type { AlertRule } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AlertState, greenState, observed } from './alert-state.ts';

const rule: AlertRule = {
  id: 1,
  name: 'memory',
  scope: 've',
  ves: [],
  metric: 'memoryShare',
  yellow: 0.8,
  red: 0.95,
  refusals: true,
  seconds: 60,
  hysteresis: 0.1,
  enabled: true,
};
const second = 1000;

/** Levels after values that each hold for ten seconds. */
function levels(values: readonly (number | null | 'refused')[], change: Partial<AlertRule> = {}) {
  let state = greenState(0);
  return values.map((value, index) => {
    const isRefused = value === 'refused';
    state = observed(
      state,
      { ...rule, ...change },
      {
        now: index * 10 * second,
        value: isRefused ? 0.5 : value,
        isRefused,
      },
    );
    return state.level;
  });
}
const times = <Value>(count: number, value: Value) => Array<Value>(count).fill(value);

test('a value must stay over a threshold for its time', () => {
  expect(levels(times(7, 0.85))).toEqual([...times(6, 'green'), 'yellow']);
  expect(levels([...times(6, 0.85), 0.5, ...times(6, 0.85)])).toEqual(times(13, 'green'));
  expect(levels([...times(7, 0.97)]).at(-1)).toBe('red');
});

test('with no time it counts at once', () => {
  expect(levels([0.1, 0.85, 0.97, 0.85, 0.1], { seconds: 0, hysteresis: 0 })).toEqual([
    'green',
    'yellow',
    'red',
    'yellow',
    'green',
  ]);
});

test('a value that plays around a threshold makes no noise', () => {
  const playing = [...times(8, 0.85), ...Array.from({ length: 60 }, (_, index) => (index % 2 ? 0.79 : 0.81))];
  expect(new Set(levels(playing).slice(7))).toEqual(new Set(['yellow']));
  expect(levels([...playing, ...times(8, 0.6)]).at(-1)).toBe('green');
});

test('a refusal is black at once, and for a minute', () => {
  const seen = levels(['refused', ...times(7, 0.5)]);
  expect(seen).toEqual([...times(6, 'black'), 'green', 'green']);
  expect(levels(['refused'], { refusals: false })).toEqual(['green']);
});

test('what nobody knows changes nothing', () => {
  expect(levels([...times(8, 0.85), null, null, 0.85]).slice(7)).toEqual(times(4, 'yellow'));
});

test('a higher value is never a lower level, whatever came before', () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  const rank = (state: AlertState) => ['green', 'yellow', 'red', 'black'].indexOf(state.level);
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 40 }), (pairs) => {
      let [low, high] = [greenState(0), greenState(0)];
      for (const [index, [a, b]] of pairs.entries()) {
        const now = index * 30 * second;
        low = observed(low, rule, { now, value: Math.min(a, b), isRefused: false });
        high = observed(high, rule, { now, value: Math.max(a, b), isRefused: false });
        expect(rank(high)).toBeGreaterThanOrEqual(rank(low));
      }
    }),
  );
});

test('the time of a level is when it began', () => {
  let state = greenState(0);
  for (let now = 0; now <= 120 * second; now += 10 * second)
    state = observed(state, rule, { now, value: 0.85, isRefused: false });
  expect(state).toMatchObject({ level: 'yellow', since: 60 * second });
});
