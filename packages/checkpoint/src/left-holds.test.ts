import type { OperationRecord } from '@insula/operations';
import { expect, test } from 'vitest';
import { releasingLeftHolds } from './left-holds.ts';

const held = { ctid: 101, addresses: ['10.101.0.2'] };
const recordOf = (state: string) =>
  ({
    target: { kind: 've', id: 'u1', name: 'web' },
    log: [],
    steps: [{ action: 'release-traffic', args: held, state }],
  }) as unknown as OperationRecord;

/** What was applied at the end of an operation on a VE. */
async function endOf(record: OperationRecord, runtime: object, apply = async () => undefined) {
  const applied: string[] = [];
  const ended: string[] = [];
  const ports = {
    config: { interfacePrefix: 'ins', network: { table: 'insula' } },
    nftables: {
      apply: async (text: string) => {
        await apply();
        applied.push(text);
      },
    },
    registry: { get: () => ({ runtime }) },
  } as unknown as Parameters<typeof releasingLeftHolds>[0];
  const kind = {
    plan: () => ({ steps: [], onCrash: 'resume' }) as const,
    ended: () => void ended.push('own'),
  };
  await releasingLeftHolds(ports, { kind })['kind']?.ended?.(record);
  expect(ended).toEqual(['own']);
  return applied.join('');
}

const running = { suspended: false, init: { pid: 1, startTime: 1 } };

test('an operation that failed before it let traffic through ends with traffic that is let through', async () => {
  for (const state of ['failed', 'pending', 'undone'])
    expect(await endOf(recordOf(state), running)).toContain('delete element inet insula_held addresses');
});

test('nothing is done where it was let through, or where the VE is suspended', async () => {
  expect(await endOf(recordOf('done'), running)).toBe('');
  expect(await endOf(recordOf('failed'), { suspended: true, init: null })).toBe('');
});

test('a refusal of the kernel is said in the log, and the operation ends all the same', async () => {
  const record = recordOf('failed');
  await endOf(record, running, async () => await Promise.reject(new Error('no room')));
  expect(record.log).toEqual(['its traffic is still held: no room']);
});
