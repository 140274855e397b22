import type { TemplateDiff } from '@insula/contract';
import { beforeAll, expect, test } from 'vitest';
import { btrfsPool } from '../areas/btrfs-pool.ts';
import { startNode, type TestNode } from '../harness/index.ts';

let node: TestNode;

beforeAll(async () => {
  // a pool of its own, with its layers
  node = await startNode({ templates: [], preparePool: btrfsPool });
  await node.api.perform('POST', '/v1/templates/busybox/build');
});

test.each(['subvolume', 'image', 'plain'] as const)(
  'a VE in layout %s becomes a template',
  async (layout) => {
    const limit = layout === 'plain' ? {} : { parameters: { diskspace: 256 * 1_048_576 } };
    await node.create({ name: 'model', template: 'busybox', layout, ...limit, start: true });
    await node.inside('model', 'echo hello > /etc/note; chown 33:33 /etc/note; rm /etc/issue');
    const publish = { template: `of-${layout}` };
    if (layout === 'subvolume') await node.inside('model', 'sync');
    else {
      expect(await node.api.refused('POST', '/v1/ves/model/publish', publish)).toMatchObject({
        code: 'wrong_state',
      });
      await node.act('stop', 'model');
    }
    await node.api.perform('POST', '/v1/ves/model/publish', publish);
    const { files } = await node.api.get<TemplateDiff>(`/v1/templates/busybox/diff/of-${layout}`);
    expect(files).toContainEqual({ path: '/etc/note', change: 'added' });
    expect(files).toContainEqual({ path: '/etc/issue', change: 'removed' });
    await node.create({ name: 'branch', template: `of-${layout}`, start: true });
    expect(await node.inside('branch', 'cat /etc/note; stat -c %u:%g /etc/note; hostname')).toBe(
      'hello\n33:33\nbranch',
    );
    await node.destroyAll();
    expect(await node.leftovers()).toEqual([]);
  },
);
