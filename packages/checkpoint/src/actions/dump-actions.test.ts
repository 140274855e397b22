import type { StepContext } from '@insula/operations';
import { expect, test } from 'vitest';
import type { CheckpointPorts } from '../ports.ts';
import { dumpActions } from './dump-actions.ts';

const held = { ctid: 101, addresses: ['10.101.0.2'] };

/** What the undo of a hold tells nft of a VE in this state. */
async function undone(runtime: object): Promise<string> {
  const applied: string[] = [];
  const ports = {
    config: { interfacePrefix: 'ins', network: { table: 'insula' } },
    nftables: { apply: async (text: string) => void applied.push(text) },
    registry: { list: () => [{ spec: { ctid: 101 }, runtime }] },
  } as unknown as CheckpointPorts;
  await dumpActions(ports)['hold-traffic'].undo?.(held, {} as StepContext);
  return applied.join('');
}

test('a hold that is undone lets traffic through, but not to a VE that is suspended by now', async () => {
  expect(await undone({ suspended: false, init: { pid: 7, startTime: 1 } })).toContain('delete element');
  expect(await undone({ suspended: true, init: null })).toBe('');
});
