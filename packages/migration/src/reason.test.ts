import { fault } from '@insula/contract';
import type { OperationRecord } from '@insula/operations';
import { expect, test } from 'vitest';
import { withReason } from './reason.ts';

const record = {
  id: 'op-1',
  input: { peer: 'source' },
  error: fault('no_space', { path: '/pool', free: 1, needed: 2 }).toProblem(),
} as unknown as OperationRecord;
const ports = {
  nodeName: 'target',
  arrivalOperation: (id: string) => (id === 'm' ? record : undefined),
  finished: async () => record,
};
const gone = async () => {
  throw fault('migration_unknown', { migration: 'm' });
};

test('a migration that was given up is told with the reason, to the node it was with', async () => {
  const told = withReason(ports, { id: 'm', peer: 'source' }, gone);
  await expect(told).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringContaining(record.error?.detail ?? 'nothing'),
  });
});

test('nobody else hears of it, and what was never there is unknown', async () => {
  for (const asked of [
    { id: 'm', peer: 'other' },
    { id: 'n', peer: 'source' },
  ])
    await expect(withReason(ports, asked, gone)).rejects.toMatchObject({ code: 'migration_unknown' });
});

test('what fails by itself, and what works, is left as it is', async () => {
  const asked = { id: 'm', peer: 'source' };
  const broken = async () => {
    throw new RangeError('cut off');
  };
  await expect(withReason(ports, asked, broken)).rejects.toThrow('cut off');
  expect(await withReason(ports, asked, async () => 7)).toBe(7);
});
