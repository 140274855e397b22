import type { AlertChange, AlertSettings } from '@insula/contract';
import { expect, test } from 'vitest';
import { fakeGroup, fakeReading } from '../readings/fake-reading.ts';
import type { Snapshot } from '../sampler/sampler.ts';
import type { AlertState } from './alert-state.ts';
import { AlertWatcher } from './alert-watcher.ts';
import { checkRule, completeRule, firstSettings } from './rules.ts';

const memory = { current: 0, peak: null, anonymous: 0, cache: 0, swap: 0 };

function make(
  settings: Partial<AlertSettings> = {},
  inherited: readonly [number, string, AlertState][] = [],
) {
  const changes: AlertChange[] = [];
  const saved = new Map<string, AlertState | null>();
  const state = { now: 0, settings: { ...firstSettings(), ...settings } };
  const watcher = new AlertWatcher({
    node: 'node1',
    states: {
      load: () => inherited.map(([rule, subject, one]) => ({ rule, subject, state: one })),
      save: (rule, subject, one) => saved.set(`${rule} ${subject}`, one),
    },
    settings: () => state.settings,
    now: () => ({ at: state.now, elapsed: state.now }),
    changed: (change) => changes.push(change),
    failed(problem) {
      throw problem;
    },
  });
  const sample = (memoryShare: number | null, seconds: number) => {
    state.now += seconds * 1000;
    const ves = memoryShare === null ? [] : [{ reading: fakeReading(), values: { memoryShare } }];
    watcher.regular({ node: { reading: {}, values: { poolShare: 0.2 } }, ves } as unknown as Snapshot);
  };
  return { watcher, changes, saved, state, sample };
}

test('a VE near its limit is told of once, and of its end', () => {
  const { watcher, changes, sample, saved } = make();
  for (let count = 0; count < 10; count += 1) sample(0.95, 10);
  expect(changes).toMatchObject([
    {
      before: 'green',
      level: 'yellow',
      name: 'web1',
      ruleName: 'memory of a VE',
      value: 0.95,
      threshold: 0.9,
    },
  ]);
  expect(watcher.alerts()).toHaveLength(1);
  expect(saved.get('1 u1')).toMatchObject({ level: 'yellow' });
  for (let count = 0; count < 10; count += 1) sample(0.3, 10);
  expect(changes.map(({ level }) => level)).toEqual(['yellow', 'green']);
  expect(watcher.alerts()).toEqual([]);
  expect(saved.get('1 u1')).toBeNull();
});

test('a refusal is told of before the next sample', () => {
  const { watcher, changes, sample } = make();
  sample(0.5, 10);
  const after = fakeReading({ group: fakeGroup({ memory: { ...memory, oomKills: 1 } }) });
  watcher.reading(after, fakeReading());
  expect(changes).toMatchObject([{ level: 'black', ruleName: 'memory of a VE', threshold: null }]);
});

test('a VE that stops ends its alerts, and so does a rule that is switched off', () => {
  const { changes, sample, state } = make();
  for (let count = 0; count < 10; count += 1) sample(0.95, 10);
  sample(null, 10);
  expect(changes.at(-1)).toMatchObject({ before: 'yellow', level: 'green', name: 'web1' });
  for (let count = 0; count < 10; count += 1) sample(0.95, 10);
  state.settings = { ...state.settings, rules: [] };
  sample(0.95, 10);
  expect(changes.map(({ level }) => level)).toEqual(['yellow', 'green', 'yellow', 'green']);
});

test('a daemon that is started again does not tell again what its predecessor told', () => {
  const first = make();
  for (let count = 0; count < 10; count += 1) first.sample(0.95, 10);
  const known = first.saved.get('1 u1') as AlertState;
  const second = make({}, [[1, 'u1', known]]);
  second.sample(0.95, 10);
  expect(second.changes).toEqual([]);
  expect(second.watcher.alerts()).toMatchObject([{ level: 'yellow' }]);
});

test('rules are about all VEs, named ones or those of a group', () => {
  const rule = (ves: readonly string[]) => [
    completeRule(1, { name: 'r', metric: 'memoryShare', red: 0.5, seconds: 0, ves: [...ves] }),
  ];
  const told = (ves: readonly string[]) => {
    const { changes, sample } = make({ rules: rule(ves) });
    sample(0.9, 10);
    return changes.length;
  };
  expect([[], ['u1'], ['group:web'], ['u2'], ['group:db']].map(told)).toEqual([1, 1, 1, 0, 0]);
});

test('who mutes is not told, and it is said so', () => {
  const until = new Date(3_600_000).toISOString();
  const rules = [completeRule(1, { name: 'r', metric: 'memoryShare', red: 0.5, seconds: 0 })];
  const muted = (mute: AlertSettings['mutes'][number]) => {
    const { changes, sample } = make({ rules, mutes: [mute] });
    sample(0.9, 10);
    return changes[0]?.muted;
  };
  expect(muted({ rule: null, ve: null, until })).toBe(true);
  expect(muted({ rule: 1, ve: 'u1', until })).toBe(true);
  expect(muted({ rule: 2, ve: null, until })).toBe(false);
  expect(muted({ rule: null, ve: 'u2', until })).toBe(false);
  expect(muted({ rule: null, ve: null, until: new Date(1).toISOString() })).toBe(false);
});

test('rules that could never say anything are refused, and those of a new node are not', () => {
  for (const rule of firstSettings().rules) expect(() => checkRule(rule)).not.toThrow();
  const add = { name: 'r', metric: 'memoryShare' as const };
  for (const wrong of [
    add,
    { ...add, yellow: 0.9, red: 0.8 },
    { ...add, metric: 'load' as const, red: 1 },
    { ...add, scope: 'node' as const, red: 1, ves: ['u1'] },
    { ...add, metric: 'cpu' as const, refusals: true },
    { ...add, scope: 'node' as const, refusals: true },
  ])
    expect(() => checkRule(completeRule(1, wrong)), JSON.stringify(wrong)).toThrow();
});
