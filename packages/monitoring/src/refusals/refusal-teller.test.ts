import { FakeStatistics } from '@insula/host';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeGroup, fakeReading } from '../readings/fake-reading.ts';
import type { VeReading } from '../readings/reading.ts';
import { type RefusalNews, RefusalTeller } from './refusal-teller.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const memory = { current: 0, peak: null, anonymous: 0, cache: 0, swap: 0 };
const limits = { cpu: 0.5, memory: 64 * 2 ** 20, processes: 40 };
const killed = (oomKills: number, change: Partial<VeReading> = {}) =>
  fakeReading({ group: fakeGroup({ memory: { ...memory, oomKills } }), limits, ...change });
const refused = (count: number) =>
  fakeReading({ group: fakeGroup({ processes: { current: 40, refused: count } }), limits });

function make() {
  const statistics = new FakeStatistics();
  const news: RefusalNews[] = [];
  const teller = new RefusalTeller({
    statistics,
    now: () => ({ at: Date.now(), elapsed: Date.now() }),
    tell: (one) => news.push(one),
    failed(problem) {
      throw problem;
    },
  });
  return { statistics, news, teller };
}

test('a kill for memory names the limit, who was killed and what would help', async () => {
  const { statistics, news, teller } = make();
  statistics.victims.push({ group: 'insula/ve/102', command: 'other', pid: 1 });
  statistics.victims.push({ group: 'insula/ve/101', command: 'tail', pid: 4711 });
  teller.reading(killed(1), killed(0));
  await vi.advanceTimersByTimeAsync(0);
  expect(news).toEqual([
    {
      uuid: 'u1',
      name: 'web1',
      resource: 'memory',
      parameter: 'physpages',
      limit: 64 * 2 ** 20,
      count: 1,
      process: { pid: 4711, command: 'tail' },
      suggestion: 96 * 2 ** 20,
    },
  ]);
});

test('a limit that was made inside is not one of the VE', async () => {
  const { statistics, news, teller } = make();
  statistics.victims.push({ group: 'insula/ve/101/payload/system.slice/x', command: 'php', pid: 5 });
  teller.reading(killed(1), killed(0));
  await vi.advanceTimersByTimeAsync(0);
  expect(news[0]).toMatchObject({ limit: null, suggestion: null, process: { command: 'php' } });
});

test('a bomb is told of at once, then every ten seconds with how often it was refused', async () => {
  const { news, teller } = make();
  for (let count = 0; count < 100; count += 1) {
    teller.reading(refused(count * 5 + 5), refused(count * 5));
    await vi.advanceTimersByTimeAsync(200);
  }
  await vi.advanceTimersByTimeAsync(20_000);
  expect(news[0]).toMatchObject({ resource: 'processes', limit: 40, count: 5, suggestion: 60 });
  expect(news.length).toBeLessThanOrEqual(4);
  expect(news.reduce((sum, { count }) => sum + count, 0)).toBe(500);
});

test('a VE that was started anew counts from zero, and what was before the first look is not told', async () => {
  const { news, teller } = make();
  teller.reading(killed(7), null);
  const group = fakeGroup({ generation: '2', memory: { ...memory, oomKills: 2 } });
  teller.reading(fakeReading({ group }), killed(7));
  await vi.advanceTimersByTimeAsync(0);
  expect(news.map(({ count }) => count)).toEqual([2]);
});

test('throttling is told of when it lasts', async () => {
  const { news, teller } = make();
  const values = { throttled: 0.9 };
  const sample = (throttled: number) =>
    teller.regular({
      node: {},
      ves: [{ reading: killed(0), values: { ...values, throttled } }],
    } as unknown as Parameters<RefusalTeller['regular']>[0]);
  teller.reading(killed(0), null);
  for (let count = 0; count < 5; count += 1) sample(0.9);
  sample(0.1);
  for (let count = 0; count < 5; count += 1) sample(0.9);
  await vi.advanceTimersByTimeAsync(0);
  expect(news).toEqual([]);
  sample(0.9);
  await vi.advanceTimersByTimeAsync(0);
  expect(news).toMatchObject([{ resource: 'cpu', parameter: 'cpulimit', limit: 50, suggestion: 80 }]);
});
