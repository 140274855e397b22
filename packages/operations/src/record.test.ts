import fc from 'fast-check';
import { expect, test } from 'vitest';
import { make, request } from './fake-world.ts';
import { newOperationId } from './operation-id.ts';
import { appendLog, isCancellable, isFinished, newRecord, takePlan } from './record.ts';

test('ids are UUIDs of version 7 that sort by time', () => {
  const time = fc.integer({ min: 0, max: 2 ** 48 - 2 });
  fc.assert(
    fc.property(time, fc.integer({ min: 1, max: 1000 }), (earlier, later) => {
      const id = newOperationId(earlier);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(id < newOperationId(Math.min(earlier + later, 2 ** 48 - 1))).toBe(true);
    }),
  );
});

test('an operation can be cancelled until it enters the first step that is final', () => {
  const record = newRecord(request);
  expect(isCancellable(record)).toBe(true);
  takePlan(record, { steps: [make('a'), make('b')], onCrash: 'resume', cancellableBefore: 1 });
  expect(isCancellable(record)).toBe(true);
  for (const [index, step] of record.steps.entries()) if (index === 0) step.state = 'running';
  expect(isCancellable(record)).toBe(true);
  for (const [index, step] of record.steps.entries()) if (index === 0) step.state = 'done';
  expect(isCancellable(record)).toBe(false);
});

test('what is undone or has ended cannot be cancelled', () => {
  const record = newRecord(request);
  for (const state of ['undoing', 'succeeded', 'failed', 'cancelled'] as const) {
    record.state = state;
    expect(isCancellable(record)).toBe(false);
    expect(isFinished(record)).toBe(state !== 'undoing');
  }
});

test('a log keeps its last lines, and no line is endless', () => {
  const record = newRecord(request);
  for (let line = 0; line < 1000; line += 1) appendLog(record, String(line));
  appendLog(record, 'x'.repeat(100_000));
  expect(record.log).toHaveLength(400);
  expect(record.log[0]).toBe('601');
  expect(record.log.at(-1)).toHaveLength(2000);
});

test('a record is plain JSON: what comes back from a journal is the same', () => {
  const record = newRecord(request);
  takePlan(record, { steps: [make('a')], onCrash: 'rollback' });
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
});
