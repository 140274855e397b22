import type { VeDetail } from '@insula/contract';
import { expect, test } from 'vitest';
import { patient } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';
import { resumed, storedIn, walkSteps } from './walk-steps.ts';

/*
 * kill -9 of the daemon at the points of a renewal, and of a move to another layout while the VE runs, at which what is on the disk, in the
 * kernel and in the journal are apart. It goes on with what it had in memory and on the disk, and nothing of before is left.
 */

const node = useFaultNode();
const path = '/v1/ves/subject';
const subject = async () => await node.api.get<VeDetail>(path);
const contents = 'cat /root/content /run/content';

async function bring(): Promise<void> {
  if ((await node.ves()).length === 0) {
    const parameters = { diskspace: 268_435_456 };
    await node.create({ name: 'subject', template: 'busybox', layout: 'image', parameters, start: true });
  }
  await node.wait('subject');
  await node.inside('subject', 'echo disk > /root/content; echo memory > /run/content');
}

async function expectGoingOn(layout: string): Promise<void> {
  expect(await subject()).toMatchObject({ state: 'running', layout });
  expect(await node.inside('subject', contents)).toBe('disk\nmemory');
  const [address = ''] = (await subject()).addresses;
  await node.runOnNode('ping', '-c', '1', '-W', '5', address);
  expect(storedIn(node).filter((name) => /checkpoint|\.next|\.previous/.test(name))).toEqual([]);
}

test('a VE that is renewed goes on', { timeout: patient(400_000) }, async () => {
  await walkSteps(
    node,
    {
      kind: 've.renew',
      ask: { method: 'POST', path: `${path}/renew` },
      walked: [
        ...['freeze-processes', 'dump-processes', 'commit-checkpoint', 'kill-processes', 'delete-container'],
        ...[
          'mount-root',
          'begin-restore',
          'restore-processes',
          'use-checkpoint',
          'let-go',
          'release-traffic',
        ],
        'discard-checkpoint',
      ],
    },
    bring,
    async (operation) => {
      expect(operation).toMatchObject(resumed);
      await expectGoingOn('image');
    },
  );
});

test('a VE that moves to another layout while it runs is there', { timeout: patient(400_000) }, async () => {
  await walkSteps(
    node,
    {
      kind: 've.move',
      ask: {
        method: 'POST',
        path: `${path}/move`,
        body: { layout: 'plain', parameters: { diskspace: null } },
      },
      walked: [
        'stage-volume',
        'commit-checkpoint',
        'write-spec',
        'exchange-layout',
        'let-go',
        'discard-volume',
      ],
    },
    async () => {
      await bring();
      if ((await subject()).layout === 'plain')
        await node.act('move', 'subject', { layout: 'image', parameters: { diskspace: 268_435_456 } });
    },
    async (operation) => {
      expect(operation).toMatchObject(resumed);
      await expectGoingOn('plain');
    },
  );
});

test('a VE that does not come back is suspended as it was before, and can be resumed', async () => {
  await bring();
  for (const [verb, body] of [
    ['renew', undefined],
    ['move', { layout: 'image', parameters: { diskspace: 268_435_456 } }],
  ] as const) {
    await node.settled();
    const ask = `${path}/${verb}`;
    const { body: plan } = await node.api.call<{
      readonly steps: readonly { readonly action: string }[];
    }>('POST', `${ask}?dryRun=true`, body);
    const step = plan.steps.findIndex(({ action }) => action === 'restore-processes');
    const { layout, addresses } = await subject();
    node.setFaults({ kind: `ve.${verb}`, step, point: 'fail' });
    expect(await node.api.attempt('POST', ask, body)).toMatchObject({ state: 'failed' });
    node.setFaults();
    expect(await subject()).toMatchObject({ state: 'suspended', layout, init: null });
    // peers of its connections hear nothing, rather than that there is nobody
    expect(await node.runOnNode('nft', 'list', 'ruleset')).toContain(addresses[0]);
    await node.act('resume', 'subject');
    await expectGoingOn(layout);
  }
});
