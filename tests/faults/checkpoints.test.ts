import { existsSync } from 'node:fs';
import type { VeDetail } from '@insula/contract';
import { expect, test } from 'vitest';
import { patient } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';
import { resumed, rolledBack, walkSteps } from './walk-steps.ts';

/*
 * kill -9 of the daemon at every point at which a moment of a running VE is kept, and at those at which it is gone back to that
 * are not those of a resume. The moment is kept whole or not at all; the VE goes on, or is at that moment.
 */

const node = useFaultNode();
const path = '/v1/ves/subject';
const subject = async () => await node.api.get<VeDetail>(path);

async function bring(): Promise<void> {
  if ((await node.ves()).length === 0)
    await node.create({ name: 'subject', template: 'busybox', start: true });
  if ((await subject()).state !== 'running') await node.act('start', 'subject');
  await node.wait('subject');
}

test('a checkpoint is there whole or not at all, and the VE goes on', {
  timeout: patient(300_000),
}, async () => {
  let init: number | null = null;
  await walkSteps(
    node,
    {
      kind: 'checkpoint.create',
      ask: { method: 'POST', path: `${path}/checkpoints`, body: { name: 'cut', keepRunning: true } },
    },
    async () => {
      await bring();
      init = (await subject()).init;
    },
    async (operation) => {
      expect(operation).toMatchObject(rolledBack);
      expect(await subject()).toMatchObject({ state: 'running', init });
      expect(await node.api.get(`${path}/snapshots`)).toEqual([]);
      expect(existsSync(`${(await subject()).privateArea}/snapshots/cut`)).toBe(false);
      expect(await node.inside('subject', 'echo here')).toBe('here');
      const [address = ''] = (await subject()).addresses;
      await node.runOnNode('ping', '-c', '1', '-W', '5', address);
    },
  );
});

test('a VE that goes back ends at the checkpoint', { timeout: patient(300_000) }, async () => {
  await bring();
  await node.inside('subject', 'echo then > /root/content; echo then > /run/content');
  await node.api.perform('POST', `${path}/checkpoints`, { name: 'then', keepRunning: true });
  await walkSteps(
    node,
    {
      kind: 'checkpoint.restore',
      ask: { method: 'POST', path: `${path}/checkpoints/then/restore` },
      walked: [
        'stage-volume',
        'kill-processes',
        'exchange-volume',
        'restore-processes',
        'let-go',
        'drop-volume',
      ],
    },
    async () => {
      await bring();
      await node.inside('subject', 'echo now > /root/content; echo now > /run/content');
    },
    async (operation) => {
      expect(operation).toMatchObject(resumed);
      expect(await subject()).toMatchObject({ state: 'running' });
      expect(await node.inside('subject', 'cat /root/content /run/content')).toBe('then\nthen');
      for (const name of ['fs.next', 'fs.previous'])
        expect(existsSync(`${(await subject()).privateArea}/${name}`)).toBe(false);
    },
  );
});
