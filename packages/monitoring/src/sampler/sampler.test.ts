import { FakeStatistics } from '@insula/host';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeGroup, fakeSubject } from '../readings/fake-reading.ts';
import type { Subject } from '../readings/reading.ts';
import { Sampler, type Snapshot } from './sampler.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const cpu = { usage: 0, user: 0, system: 0, periods: 0, throttledPeriods: 0, throttled: 0 };
const { outer } = fakeSubject.paths;

function make(subjects: readonly Subject[] = [fakeSubject]) {
  const statistics = new FakeStatistics();
  statistics.found.set(outer, fakeGroup());
  const regular: Snapshot[] = [];
  const looks: string[] = [];
  const problems: unknown[] = [];
  let disks = 0;
  const state = { subjects };
  const sampler = new Sampler({
    statistics,
    interval: 10_000,
    subjects: () => state.subjects,
    async diskOf() {
      disks += 1;
      return { bytes: disks, inodes: null, limitBytes: null };
    },
    pool: async () => ({ total: 100, available: 40 }),
    now: () => ({ at: Date.now(), elapsed: Date.now() }),
    failed: (problem) => problems.push(problem),
  });
  sampler.listen({
    regular: (snapshot) => regular.push(snapshot),
    reading: (now, before) => looks.push(`${now.subject.name} ${before === null ? 'first' : 'again'}`),
  });
  const use = (usage: number) => statistics.found.set(outer, fakeGroup({ cpu: { ...cpu, usage } }));
  return { statistics, sampler, regular, looks, problems, state, use };
}

test('samples are taken at their interval, with rates of that interval', async () => {
  const { sampler, regular, use } = make();
  await sampler.start();
  use(5_000_000);
  await vi.advanceTimersByTimeAsync(10_000);
  use(5_000_000);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(regular.map(({ ves }) => ves[0]?.values.cpu)).toEqual([null, 0.5, 0]);
  expect(regular[0]?.node.values.poolShare).toBe(0.6);
  sampler.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(regular).toHaveLength(3);
});

test('who watches gets samples more often, and regular ones are of the whole interval all the same', async () => {
  const { sampler, regular, use } = make();
  await sampler.start();
  const seen: (number | null | undefined)[] = [];
  const leave = sampler.watch(1000, ({ ves }) => seen.push(ves[0]?.values.cpu));
  for (let second = 1; second <= 10; second += 1) {
    use(second * second * 100_000);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(seen.length).toBeGreaterThanOrEqual(9);
  expect(seen[0]).toBeCloseTo(0.1);
  expect(seen.at(-1)).toBeCloseTo(1.9);
  expect(regular.at(-1)?.ves[0]?.values.cpu).toBeCloseTo(1);
  leave();
  seen.length = 0;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen).toEqual([]);
  sampler.stop();
});

test('a VE in which something was refused is looked at at once, and once for many', async () => {
  const { sampler, statistics, looks } = make();
  await sampler.start();
  looks.length = 0;
  for (let count = 0; count < 50; count += 1) statistics.refuse(outer);
  await vi.advanceTimersByTimeAsync(300);
  expect(looks).toEqual(['web1 again']);
  sampler.stop();
});

test('a VE that comes is heard from its first look on, and one that goes is forgotten', async () => {
  const { sampler, statistics, looks, state } = make([]);
  await sampler.start();
  state.subjects = [fakeSubject];
  expect(sampler.knows('u1')).toBe(false);
  await sampler.look('u1');
  expect(sampler.knows('u1')).toBe(true);
  statistics.refuse(outer);
  await vi.advanceTimersByTimeAsync(300);
  expect(looks).toEqual(['web1 first', 'web1 again']);
  state.subjects = [];
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sampler.knows('u1')).toBe(false);
  statistics.refuse(outer);
  await vi.advanceTimersByTimeAsync(300);
  expect(looks).toHaveLength(2);
  sampler.stop();
});

test('limits and disk are read now and then only', async () => {
  const { sampler, regular } = make();
  await sampler.start();
  await vi.advanceTimersByTimeAsync(110_000);
  const disks = regular.map(({ ves }) => ves[0]?.values.disk);
  expect(new Set(disks).size).toBeLessThanOrEqual(4);
  expect(new Set(disks).size).toBeGreaterThan(1);
  sampler.stop();
});

test('a look that fails is told, and followed by the next one', async () => {
  const { sampler, statistics, regular, problems } = make();
  const { node } = statistics;
  statistics.node = async () => await Promise.reject(new Error('no /proc'));
  await sampler.start();
  expect(problems).toHaveLength(1);
  statistics.node = node;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(regular).toHaveLength(1);
  sampler.stop();
});
