import { beforeAll, expect, test } from 'vitest';
import { btrfsPool } from '../areas/btrfs-pool.ts';
import { emptyAfterFailure, eventually, haveCriu, useNode } from '../harness/index.ts';
import { Sequence } from './sequence.ts';

/* What is around the processes of a running system is made anew, and its files go to another layout, under its open connections. */

beforeAll(haveCriu);
const node = useNode({ templates: ['debian-12'], preparePool: btrfsPool });
emptyAfterFailure(() => [node]);

test('a running VE is renewed and goes through all layouts, and its connection and memory stay', async () => {
  const { addresses } = await node.create({ name: 'web', layout: 'subvolume', start: true });
  await node.wait('web');
  const stream = await Sequence.open(node, 'web', addresses[0] ?? '', node.namespace);
  try {
    await node.inside('web', 'echo memory > /run/kept; echo disk > /root/kept');
    const { init, startedAt } = await node.status('web');
    const goesOn = async (layout: string) => {
      await stream.goesOn();
      expect(await node.show('web')).toMatchObject({ state: 'running', layout });
      expect(await node.inside('web', 'cat /run/kept /root/kept; systemctl is-system-running')).toBe(
        'memory\ndisk\nrunning',
      );
      await node.inside('web', 'systemctl restart cron');
    };
    const { code, stderr } = await node.insula(['renew', 'web']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await node.status('web')).not.toMatchObject({ init, startedAt });
    await goesOn('subvolume');
    const parameters = { diskspace: 2_147_483_648 };
    await node.act('move', 'web', { layout: 'image', parameters });
    await goesOn('image');
    await node.act('move', 'web', { layout: 'plain', parameters: { diskspace: null } });
    await goesOn('plain');
    await node.act('move', 'web', { layout: 'subvolume' });
    await goesOn('subvolume');
  } finally {
    stream.end();
  }
  await node.destroy('web');
  expect(await node.leftovers()).toEqual([]);
});

test('a VE that cannot be saved is not renewed', async () => {
  await node.create({ name: 'web', layout: 'subvolume', start: true });
  await node.wait('web');
  const { init } = await node.status('web');
  const shell = await node.openExec('web', { command: ['sleep', '1000'] });
  await eventually('the command runs', async () => (await node.exec('web', 'pgrep -x sleep')).code === 0);
  for (const [verb, body] of [
    ['renew', undefined],
    ['move', { layout: 'plain' }],
  ] as const)
    expect(await node.api.refused('POST', `/v1/ves/web/${verb}`, body)).toMatchObject({
      code: 'checkpoint_blocked',
    });
  expect(await node.status('web')).toMatchObject({ state: 'running', init });
  shell.control({ kind: 'signal', signal: 9 });
  await shell.exit();
});
