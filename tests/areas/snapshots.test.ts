import type { Snapshot, SnapshotChange } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';
import { btrfsPool } from './btrfs-pool.ts';

const node = useNode({ templates: ['busybox', 'debian-12'], preparePool: btrfsPool });
const template = 'busybox';
const parameters = { diskspace: 256 * 1_048_576 };

const take = async (ve: string, name: string) =>
  await node.api.perform('POST', `/v1/ves/${ve}/snapshots`, { name, description: 'for a test' });
const list = async (ve: string) => await node.api.get<readonly Snapshot[]>(`/v1/ves/${ve}/snapshots`);
const restore = async (ve: string, name: string) =>
  await node.api.perform('POST', `/v1/ves/${ve}/snapshots/${name}/restore`);
const forget = async (ve: string, name: string) =>
  await node.api.perform('DELETE', `/v1/ves/${ve}/snapshots/${name}`);

describe.each(['subvolume', 'image', 'plain'] as const)('a snapshot in layout %s', (layout) => {
  test('keeps the files of a running VE, which are put back from it', async () => {
    const limit = layout === 'plain' ? {} : { parameters };
    await node.create({ name: 's1', template, layout, ...limit, start: true });
    await node.inside(
      's1',
      'mkdir /root/dir; echo one > /root/dir/file; echo gone > /root/gone; ln -s file /root/dir/link',
    );
    await node.inside('s1', 'rm /etc/issue; setsid sleep 600 >/dev/null 2>&1 &');
    const { init } = await node.status('s1');
    await take('s1', 'first');
    expect(await node.status('s1')).toMatchObject({ state: 'running', init });
    expect(await list('s1')).toMatchObject([
      { name: 'first', state: 'running', layout, description: 'for a test' },
    ]);

    await node.inside('s1', 'echo two > /root/dir/file; rm /root/gone; echo new > /root/new; sync');
    const changes = await node.api.get<readonly SnapshotChange[]>('/v1/ves/s1/snapshots/first/diff');
    const changed = changes.filter(({ path }) => path.startsWith('/root/'));
    expect(changed.filter(({ path }) => !path.endsWith('/dir'))).toEqual([
      { path: '/root/dir/file', change: 'changed' },
      { path: '/root/gone', change: 'removed' },
      { path: '/root/new', change: 'added' },
    ]);
    await take('s1', 'second');

    expect(await node.api.refused('POST', '/v1/ves/s1/snapshots/first/restore')).toMatchObject({
      code: 'wrong_state',
    });
    await node.act('kill', 's1');
    await restore('s1', 'first');
    await node.act('start', 's1');
    const state = async () =>
      await node.inside(
        's1',
        'cat /root/dir/file; ls /root; ls -d /etc/issue 2>/dev/null; readlink /root/dir/link',
      );
    expect((await state()).split('\n')).toEqual(['one', 'dir', 'gone', 'file']);
    await node.act('kill', 's1');
    await restore('s1', 'second');
    await node.act('start', 's1');
    expect((await state()).split('\n')).toEqual(['two', 'dir', 'new', 'file']);

    await forget('s1', 'first');
    expect((await list('s1')).map(({ name }) => name)).toEqual(['second']);
    await node.restart();
    expect((await list('s1')).map(({ name }) => name)).toEqual(['second']);
    expect(await node.inside('s1', 'cat /root/new')).toBe('new');
    await node.destroy('s1');
    expect(await node.leftovers()).toEqual([]);
  });
});

test('a snapshot that does not exist, or does already, is told by its name', async () => {
  await node.create({ name: 's2', template });
  await take('s2', 'once');
  expect(await node.api.refused('POST', '/v1/ves/s2/snapshots', { name: 'once' })).toMatchObject({
    code: 'snapshot_exists',
  });
  for (const [method, path] of [
    ['DELETE', '/v1/ves/s2/snapshots/never'],
    ['POST', '/v1/ves/s2/snapshots/never/restore'],
    ['GET', '/v1/ves/s2/snapshots/never/diff'],
    ['POST', '/v1/ves/s2/clone'],
  ] as const) {
    const body = path.endsWith('clone') ? { snapshot: 'never' } : undefined;
    expect(await node.api.refused(method, path, body)).toMatchObject({
      code: 'snapshot_not_found',
      status: 404,
    });
  }
  for (const name of ['../up', '.hidden', 'a/b', ''])
    expect(await node.api.refused('POST', '/v1/ves/s2/snapshots', { name })).toMatchObject({
      code: 'invalid_input',
    });
  const told = await node.insula(['snapshot', 'list', 's2']);
  expect(told.stdout).toContain('once');
  await node.destroy('s2');
});

describe.each(['subvolume', 'plain'] as const)('a clone in layout %s', (layout) => {
  test('has the files of its origin and an identity of its own', async () => {
    await node.create({ name: 'origin', layout, start: true, description: 'the first' });
    await node.wait('origin');
    await node.inside('origin', 'echo mine > /root/mine');
    const identity = async (ve: string) =>
      (
        await node.inside(
          ve,
          'cat /etc/machine-id; cut -d" " -f2 /etc/ssh/ssh_host_ed25519_key.pub; hostname',
        )
      ).split('\n');
    const first = await identity('origin');
    const { code, stderr } = await node.insula(['clone', 'origin', 'copy', '--start']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    await node.wait('copy');
    const second = await identity('copy');
    expect(first[0]).toMatch(/^[0-9a-f]{32}$/);
    for (const [index, value] of first.entries()) expect(second[index]).not.toBe(value);
    expect(second[2]).toBe('copy');
    expect(await node.inside('copy', 'cat /root/mine')).toBe('mine');
    const [origin, copy] = [await node.show('origin'), await node.show('copy')];
    expect(copy).toMatchObject({ description: 'the first', template: origin.template, layout });
    for (const field of ['uuid', 'ctid', 'idBase'] as const) expect(copy[field]).not.toBe(origin[field]);
    expect(copy.addresses).not.toEqual(origin.addresses);
    expect(await node.inside('copy', 'systemctl is-system-running')).toBe('running');
    await node.inside('copy', 'echo other > /root/mine');
    expect(await node.inside('origin', 'cat /root/mine')).toBe('mine');
    for (const ve of ['origin', 'copy']) await node.destroy(ve);
  });
});

test('a clone of a snapshot has the files of then, and one that cannot be started leaves nothing', async () => {
  await node.create({ name: 'before', template, start: true });
  await node.inside('before', 'echo then > /root/when');
  await take('before', 'then');
  await node.inside('before', 'echo now > /root/when; rm /sbin/init');
  await node.api.perform('POST', '/v1/ves/before/clone', { name: 'after', snapshot: 'then', start: true });
  expect(await node.inside('after', 'cat /root/when')).toBe('then');
  const failed = await node.api.attempt('POST', '/v1/ves/before/clone', { name: 'broken', start: true });
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'start_failed' } });
  expect(await node.api.refused('GET', '/v1/ves/broken')).toMatchObject({ code: 've_not_found' });
  for (const ve of ['before', 'after']) await node.destroy(ve);
});
