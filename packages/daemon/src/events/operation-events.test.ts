import type { NodeEvent } from '@insula/contract';
import { asCodedError } from '@insula/contract';
import { MemoryJournal, OperationEngine, type OperationRecord } from '@insula/operations';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventHub } from './event-hub.ts';
import { OperationEvents, operationView } from './operation-events.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A record in the middle of its work, as an engine makes it. */
async function running(): Promise<OperationRecord> {
  const engine = new OperationEngine({
    handlers: { work: { do: async () => await new Promise(() => undefined) } },
    journal: new MemoryJournal(),
    kinds: {
      test: {
        plan: () => ({ steps: [{ action: 'work', title: 'work', args: { secret: 1 } }], onCrash: 'resume' }),
      },
    },
    changed: () => undefined,
    codeError: asCodedError,
  });
  const target = { kind: 've', id: 'u1', name: 'web1' } as const;
  return await engine.submit({ kind: 'test', target, input: { secret: 2 }, locks: [], ifBusy: 'fail' });
}

function watch() {
  const hub = new EventHub();
  const seen: NodeEvent[] = [];
  hub.subscribe((event) => seen.push(event));
  return { events: new OperationEvents(hub), seen };
}

test('what an operation was asked with, and what its steps are given, is nobody’s business', async () => {
  const view = operationView(await running());
  expect(JSON.stringify(view)).not.toContain('secret');
  expect(view).toMatchObject({
    kind: 'test',
    state: 'running',
    cancellable: true,
    steps: [{ action: 'work' }],
  });
});

test('states are told at once, steps and progress five times a second', async () => {
  const { events, seen } = watch();
  const record = await running();
  events.changed(record);
  expect(seen).toHaveLength(1);
  for (let percent = 1; percent <= 50; percent += 1) {
    record.progress = percent / 100;
    events.changed(record);
    vi.advanceTimersByTime(10);
  }
  expect(seen.length).toBeGreaterThanOrEqual(3);
  expect(seen.length).toBeLessThanOrEqual(4);
  const before = seen.length;
  for (const step of record.steps) step.state = 'done';
  events.changed(record);
  vi.advanceTimersByTime(200);
  expect(seen).toHaveLength(before + 1);
  record.state = 'undoing';
  events.changed(record);
  expect(seen).toHaveLength(before + 2);
});

test('the last progress is told even if nothing comes after it', async () => {
  const { events, seen } = watch();
  const record = await running();
  events.changed(record);
  record.progress = 0.7;
  events.changed(record);
  expect(seen).toHaveLength(1);
  vi.advanceTimersByTime(200);
  expect(seen.at(-1)).toMatchObject({ operation: { progress: 0.7 } });
});

test('the end is the last that is told, and nothing is remembered after it', async () => {
  const { events, seen } = watch();
  const record = await running();
  events.changed(record);
  record.progress = 0.7;
  events.changed(record);
  record.state = 'succeeded';
  record.endedAt = new Date().toISOString();
  events.changed(record);
  vi.advanceTimersByTime(1000);
  expect(seen.at(-1)).toMatchObject({ operation: { state: 'succeeded' } });
  expect(seen).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('events carry no log: it is read with the operation', async () => {
  const { events, seen } = watch();
  const record = await running();
  record.log.push('a line');
  events.changed(record);
  expect(seen).toMatchObject([{ operation: { log: [] } }]);
  expect(operationView(record).log).toEqual(['a line']);
});
