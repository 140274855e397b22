import { createLinuxHost } from '@insula/host';
import { describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';
import { hasQuotas, quotaFileSystems, quotaPool } from './quota-pool.ts';

const mebibyte = 1_048_576;
const { quotas } = createLinuxHost({ runcRoot: '/nonexistent' });

/*
 * Kernels of some machines keep no quotas of ext4 and xfs: there these tests are skipped, and the last one runs.
 * See docs/how-to/test-on-a-stock-host.md for a machine that does.
 */
const able = quotaFileSystems.filter(hasQuotas);

describe.each(able)('in a pool on %s with project quotas', (kind) => {
  const node = useNode({ templates: ['busybox'], preparePool: quotaPool(kind) });
  const [template, layout] = ['busybox', 'project'] as const;
  const fill = async (ve: string, mebibytes: number, name = 'data') =>
    await node.exec(ve, ['dd', 'if=/dev/zero', `of=/root/${name}`, 'bs=1M', `count=${mebibytes}`]);
  const kilobytes = async (ve: string) => Number(await node.inside(ve, "df -k / | awk 'END { print $2 }'"));

  test('a VE sees its limit as the size of its disk, gets no more, and hurts nobody', async () => {
    const parameters = { diskspace: 64 * mebibyte };
    await node.create({ name: 'full', template, layout, parameters, start: true });
    await node.create({ name: 'beside', template, layout, parameters, start: true });
    expect(await node.show('full')).toMatchObject({ layout: 'project' });
    expect(await kilobytes('full')).toBe(65_536);
    const { code, stderr } = await fill('full', 100);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/No space left|quota exceeded/i);
    expect(await fill('beside', 30)).toMatchObject({ code: 0 });
    // a file that is open takes space until it is closed, whatever became of its name
    const held =
      'rm /root/data; exec 3>/root/held; dd if=/dev/zero bs=1M count=50 >&3 2>/dev/null; rm /root/held; dd if=/dev/zero of=/root/more bs=1M count=30';
    expect((await node.exec('full', held)).code).not.toBe(0);
    expect((await node.exec('full', 'rm -f /root/more; sync')).code).toBe(0);
    expect(await fill('full', 50)).toMatchObject({ code: 0 });
    // holes and second names take none
    await node.inside('full', 'truncate -s 10G /root/holes; ln /root/data /root/again');
    await node.act('kill', 'full');
    expect(await node.show('full')).toMatchObject({ layout: 'project' });

    await node.api.perform('PATCH', '/v1/ves/beside', { parameters: { diskspace: 128 * mebibyte } });
    expect(await kilobytes('beside')).toBe(131_072);
    expect(await fill('beside', 90, 'more')).toMatchObject({ code: 0 });
    for (const ve of ['full', 'beside']) await node.destroy(ve);
    const limited = (await quotas.list(node.paths.pool, 'project')).filter(({ bytes }) => bytes !== null);
    expect(limited).toEqual([]);
  });

  test('the number of its files is limited, too, while it runs', async () => {
    await node.create({ name: 'many', template, layout, parameters: { diskinodes: 1500 }, start: true });
    const touch = 'mkdir -p /root/many; for i in $(seq $0); do : > /root/many/$i || exit 1; done';
    const make = async (count: number) => (await node.exec('many', ['sh', '-c', touch, String(count)])).code;
    expect(await make(2000)).not.toBe(0);
    await node.api.perform('PATCH', '/v1/ves/many', { parameters: { diskinodes: 4000 } });
    expect(await make(2000)).toBe(0);
    await node.destroy('many');
  });

  test('snapshots, clones, reinstallation, archives and other layouts keep what they should', async () => {
    const parameters = { diskspace: 64 * mebibyte };
    await node.create({ name: 'one', template, layout, parameters, start: true });
    await node.inside('one', 'echo before > /root/state; sync');
    await node.api.perform('POST', '/v1/ves/one/snapshots', { name: 'first' });
    await node.inside('one', 'echo after > /root/state; sync');
    await node.api.perform('POST', '/v1/ves/one/clone', { name: 'two', start: true });
    expect(await node.inside('two', 'cat /root/state')).toBe('after');
    expect((await fill('two', 100)).code).not.toBe(0);
    await node.act('kill', 'one');
    await node.api.perform('POST', '/v1/ves/one/snapshots/first/restore');
    const path = `${node.paths.dir}/one.tar.zst`;
    await node.api.perform('POST', '/v1/ves/one/export', { path });
    await node.api.perform('POST', '/v1/ve-imports', { path, anew: true, name: 'three', start: true });
    expect(await node.inside('three', 'cat /root/state')).toBe('before');
    expect((await fill('three', 100)).code).not.toBe(0);
    await node.act('reinstall', 'one');
    await node.act('move', 'one', { layout: 'image' });
    await node.act('move', 'one', { layout: 'project' });
    await node.act('start', 'one');
    expect(await node.inside('one', 'cat /old/root/state')).toBe('before');
    expect((await fill('one', 100)).code).not.toBe(0);
    for (const ve of ['one', 'two', 'three']) await node.destroy(ve);
  });
});

describe.skipIf(able.length > 0)('where nothing keeps project quotas', () => {
  const node = useNode({ templates: ['busybox'] });

  test('the layout is refused with what it needs', async () => {
    const problem = await node.api.refused('POST', '/v1/ves', {
      name: 'x',
      template: 'busybox',
      layout: 'project',
    });
    expect(problem).toMatchObject({ code: 'invalid_input' });
    expect(problem.detail).toContain('not available here: project needs');
    expect(await node.api.get('/v1/ves')).toEqual([]);
  });
});
