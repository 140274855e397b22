import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';
import { btrfsPool } from './btrfs-pool.ts';

const node = useNode({ templates: ['busybox'], preparePool: btrfsPool });
const template = 'busybox';

/** Writes a file of so many MiB inside; answers what dd said. */
const fill = async (ve: string, mebibytes: number, name = 'data') =>
  await node.exec(ve, ['dd', 'if=/dev/zero', `of=/root/${name}`, 'bs=1M', `count=${mebibytes}`]);
const set = async (ve: string, change: object) => await node.api.perform('PATCH', `/v1/ves/${ve}`, change);
/** Why an accepted operation failed. */
const failure = async (method: string, path: string, body: object) =>
  (await node.api.attempt(method, path, body)).error;

test('a pool on btrfs keeps private areas in subvolumes, unless something else is asked for', async () => {
  await node.create({ name: 'auto', template });
  await node.create({ name: 'folder', template, layout: 'plain' });
  expect(await node.show('auto')).toMatchObject({ layout: 'subvolume' });
  expect(await node.show('folder')).toMatchObject({ layout: 'plain' });
  for (const ve of ['auto', 'folder']) await node.destroy(ve);
});

describe('a VE that fills its private area', () => {
  test.each(['subvolume', 'image'] as const)(
    'gets no more in layout %s, and hurts nobody else',
    async (layout) => {
      await node.create({
        name: 'full',
        template,
        layout,
        parameters: { diskspace: 64 * 1_048_576 },
        start: true,
      });
      await node.create({
        name: 'beside',
        template,
        layout,
        parameters: { diskspace: 64 * 1_048_576 },
        start: true,
      });
      const { code, stderr } = await fill('full', 100);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/No space left|quota exceeded/i);
      expect(await fill('beside', 30)).toMatchObject({ code: 0 });
      // what was deleted can be written again, also what somebody held open
      expect((await node.exec('full', 'rm /root/data && sync')).code).toBe(0);
      expect(await fill('full', 20)).toMatchObject({ code: 0 });
      for (const ve of ['full', 'beside']) await node.destroy(ve);
    },
  );

  test.each(['subvolume', 'image'] as const)(
    'gets no more in layout %s by files that are open and gone, holes or second names',
    async (layout) => {
      const parameters = { diskspace: 64 * 1_048_576 };
      await node.create({ name: 'sly', template, layout, parameters, start: true });
      const held =
        'exec 3>/root/held; dd if=/dev/zero bs=1M count=40 >&3 2>/dev/null; rm /root/held; dd if=/dev/zero of=/root/more bs=1M count=40';
      expect((await node.exec('sly', held)).code).not.toBe(0);
      await node.inside('sly', 'rm /root/more; sync');
      // the last who held it is gone
      expect(await fill('sly', 40)).toMatchObject({ code: 0 });
      await node.inside(
        'sly',
        'for i in $(seq 50); do ln /root/data /root/data$i; done; truncate -s 100G /root/holes; sync',
      );
      expect(await fill('sly', 10, 'last')).toMatchObject({ code: 0 });
      // holes are filled no further than the limit
      const filling = ['dd', 'if=/dev/zero', 'of=/root/holes', 'bs=1M', 'count=40', 'conv=notrunc'];
      expect((await node.exec('sly', filling)).code).not.toBe(0);
      await node.destroy('sly');
    },
  );

  test('has more room at once when its limit is raised, and none is taken from it that is in use', async () => {
    await node.create({
      name: 'grows',
      template,
      layout: 'subvolume',
      parameters: { diskspace: 32 * 1_048_576 },
      start: true,
    });
    expect((await fill('grows', 60)).code).not.toBe(0);
    await set('grows', { parameters: { diskspace: 256 * 1_048_576 } });
    expect(await fill('grows', 60)).toMatchObject({ code: 0 });
    await set('grows', { parameters: { diskspace: null } });
    expect(await fill('grows', 300, 'more')).toMatchObject({ code: 0 });
    await node.destroy('grows');
  });

  test('of layout image sees its size, and gets another one while it is stopped', async () => {
    await node.create({
      name: 'boxed',
      template,
      layout: 'image',
      parameters: { diskspace: 64 * 1_048_576, diskinodes: 2000 },
      start: true,
    });
    const kilobytes = async () =>
      Number((await node.inside('boxed', "df -k / | awk 'END { print $2 }'")).trim());
    expect(await kilobytes()).toBeLessThan(65_536);
    await node.inside('boxed', 'echo kept > /root/kept');
    expect(
      (
        await node.exec(
          'boxed',
          'mkdir /root/many; for i in $(seq 3000); do : > /root/many/$i || exit 1; done',
        )
      ).code,
    ).not.toBe(0);
    await node.act('kill', 'boxed');
    const image = `${node.paths.pool}/private/${(await node.show('boxed')).uuid}/fs.img`;
    const loop = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
    try {
      const refusal = await failure('PATCH', '/v1/ves/boxed', { parameters: { diskspace: 128 * 1_048_576 } });
      expect(refusal).toMatchObject({ code: 'image_in_use', details: { devices: [loop] } });
    } finally {
      execFileSync('losetup', ['--detach', loop]);
    }
    await set('boxed', { parameters: { diskspace: 128 * 1_048_576 } });
    await node.act('start', 'boxed');
    expect(await kilobytes()).toBeGreaterThan(65_536);
    expect(await node.inside('boxed', 'cat /root/kept')).toBe('kept');
    const shrink = await failure('PATCH', '/v1/ves/boxed', { parameters: { diskspace: 32 * 1_048_576 } });
    expect(shrink).toMatchObject({ code: 'invalid_parameter' });
    expect(await node.show('boxed')).toMatchObject({ parameters: { diskspace: 128 * 1_048_576 } });
    await node.destroy('boxed');
    expect((await node.leftovers()).filter((line) => line.startsWith('mount'))).toEqual([]);
  });
});

describe('what a layout cannot hold', () => {
  test('is refused, and nothing is left of the VE', async () => {
    const create = async (body: object) => await node.api.refused('POST', '/v1/ves', { template, ...body });
    const limited = { parameters: { diskspace: 64 * 1_048_576 } };
    expect(
      await failure('POST', '/v1/ves', { name: 'x', template, layout: 'plain', ...limited }),
    ).toMatchObject({ code: 'invalid_parameter' });
    expect(await failure('POST', '/v1/ves', { name: 'x', template, layout: 'image' })).toMatchObject({
      code: 'invalid_parameter',
    });
    expect(await create({ name: 'x', layout: 'zfs' })).toMatchObject({ code: 'invalid_input' });
    expect(await node.api.get('/v1/ves')).toEqual([]);
  });
});
