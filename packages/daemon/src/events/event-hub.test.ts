import type { NodeEvent } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventHub } from './event-hub.ts';

const publish = (hub: EventHub) =>
  hub.publish({ kind: 've', uuid: 'u', name: 'web1', what: 'state', ve: null });

test('ids grow by one, and are later than those of an earlier daemon', () => {
  const hub = new EventHub();
  const before = hub.latestId;
  const seen: NodeEvent[] = [];
  hub.subscribe((event) => seen.push(event));
  for (let index = 0; index < 3; index += 1) publish(hub);
  expect(seen.map(({ id }) => id - before)).toEqual([1, 2, 3]);
  expect(hub.latestId).toBe(before + 3);
  expect(before).toBeGreaterThan((Date.now() - 1000) * 1000);
});

test('who asks for nothing of the past gets only what is new', () => {
  const hub = new EventHub();
  publish(hub);
  const seen: number[] = [];
  hub.subscribe(({ id }) => seen.push(id));
  expect(seen).toEqual([]);
  publish(hub);
  expect(seen).toEqual([hub.latestId]);
});

test('whoever comes back wherever it left off gets everything exactly once and in order', () => {
  const visit = fc.record({ published: fc.nat(20), away: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 10 }), (visits) => {
      const hub = new EventHub();
      const first = hub.latestId;
      const seen: number[] = [];
      for (const { published, away } of visits) {
        const unsubscribe = hub.subscribe(({ id }) => seen.push(id), seen.at(-1) ?? first);
        for (let index = 0; index < published; index += 1) publish(hub);
        unsubscribe();
        for (let index = 0; index < away; index += 1) publish(hub);
      }
      hub.subscribe(({ id }) => seen.push(id), seen.at(-1) ?? first);
      expect(seen).toEqual(Array.from({ length: hub.latestId - first }, (_, index) => first + 1 + index));
    }),
  );
});

test('the past is kept as far back as memory allows', () => {
  const hub = new EventHub();
  for (let index = 0; index < 10_000; index += 1) publish(hub);
  const seen: number[] = [];
  hub.subscribe(({ id }) => seen.push(id), 0);
  expect(seen).toHaveLength(4_000);
  expect(seen.at(-1)).toBe(hub.latestId);
});

test('who leaves while it is told does not disturb the others', () => {
  const hub = new EventHub();
  const told: string[] = [];
  const leave = hub.subscribe(() => {
    told.push('first');
    leave();
  });
  hub.subscribe(() => told.push('second'));
  publish(hub);
  publish(hub);
  expect(told).toEqual(['first', 'second', 'second']);
  expect(hub.listeners).toBe(1);
});
