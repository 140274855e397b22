import { renameSync } from 'node:fs';
import type { SnapshotView } from '@insula/contract';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { btrfsPool } from '../areas/btrfs-pool.ts';
import { emptyAfterFailure, eventually, haveCriu, useNode } from '../harness/index.ts';

/*
 * A moment of a running system, its processes and its files, is kept, and gone back to from wherever the VE is by then.
 */

beforeAll(haveCriu);

const pools = {
  plain: { templates: ['debian-12'] },
  subvolume: { templates: ['debian-12'], preparePool: btrfsPool },
} as const;

describe.each(['plain', 'subvolume'] as const)('in layout %s', (layout) => {
  const node = useNode(pools[layout]);
  emptyAfterFailure(() => [node]);

  const keep = async (name: string, keepRunning: boolean) =>
    await node.api.perform('POST', '/v1/ves/web/checkpoints', { name, keepRunning });
  const restore = async (name: string) =>
    await node.api.attempt('POST', `/v1/ves/web/checkpoints/${name}/restore`);
  const list = async () => await node.api.get<readonly SnapshotView[]>('/v1/ves/web/checkpoints');
  const tree = async () =>
    (await list()).map(({ name, parent, current }) => `${parent} > ${name}${current ? ' *' : ''}`);
  const files = async () => await node.inside('web', 'ls /root');
  /** What a program counts in its memory, and what it has written of it into a file. */
  const count = async () => {
    await node.inside('web', 'pkill -USR1 -x counter.pl; sleep 0.2');
    const [memory = '', file = ''] = (await node.inside('web', 'cat /run/memory /root/file')).split('\n');
    return { memory: Number(memory), file: Number(file) };
  };
  const counter = `
    use IO::Handle; my $n = 0; $0 = 'counter.pl';
    open my $log, '>', '/root/file'; $log->autoflush(1);
    $SIG{USR1} = sub { open my $f, '>', '/run/memory'; print $f "$n\\n"; close $f };
    while (1) { $n++; seek $log, 0, 0; print $log "$n\\n"; select undef, undef, undef, 0.01 }
  `;

  beforeEach(async () => {
    await node.destroyAll();
    await node.create({ name: 'web', layout, start: true });
    await node.wait('web');
    await node.exec('web', ['sh', '-c', 'cat >/usr/local/bin/counter.pl'], { input: counter });
    await node.inside('web', '(setsid perl /usr/local/bin/counter.pl </dev/null >/dev/null 2>&1 &)');
    await eventually('it counts', async () => (await count()).memory > 0);
  });

  test('a VE goes back and forth between moments, with memory and files of the same one', async () => {
    const { init } = await node.status('web');
    await keep('one', true);
    expect(await node.status('web')).toMatchObject({ state: 'running', init });
    const atOne = await count();
    await node.inside('web', 'touch /root/after-one');
    await keep('two', true);
    const atTwo = await count();
    await node.inside('web', 'touch /root/after-two');
    await eventually('it counts on', async () => (await count()).memory > atTwo.memory + 300);
    for (const [name, at, seen] of [
      ['one', atOne, 'file'],
      ['two', atTwo, 'after-one\nfile'],
      ['one', atOne, 'file'],
    ] as const) {
      expect(await restore(name)).toMatchObject({ state: 'succeeded' });
      const now = await count();
      expect(now.memory).toBeLessThan(at.memory + 300);
      expect(Math.abs(now.memory - now.file)).toBeLessThan(100);
      expect(await files()).toBe(seen);
      expect(await node.inside('web', 'systemctl is-system-running')).toBe('running');
    }
    await keep('three', true);
    expect(await tree()).toEqual(['null > one', 'one > two', 'one > three *']);
    await node.api.perform('DELETE', '/v1/ves/web/checkpoints/one');
    expect(await tree()).toEqual(['null > two', 'null > three *']);
  });

  test('a VE that is saved and stopped comes back, also in place of one that is suspended', async () => {
    await keep('end', false);
    expect(await node.status('web')).toMatchObject({ state: 'stopped', init: null });
    expect((await node.leftovers()).filter((line) => !line.startsWith('file'))).toEqual([]);
    await node.act('start', 'web');
    await node.wait('web');
    await node.inside('web', 'touch /root/later');
    await node.act('suspend', 'web');
    expect(await restore('end')).toMatchObject({ state: 'succeeded' });
    expect(await files()).toBe('file');
    await node.act('kill', 'web');
    expect(await node.status('web')).toMatchObject({ state: 'stopped' });
  });

  test('a checkpoint that cannot be brought back leaves the files as they were', async () => {
    await keep('one', true);
    await node.inside('web', 'echo new >/root/later');
    const { privateArea } = await node.show('web');
    const held = `${privateArea}/snapshots/one/fs/upper/root/file`;
    renameSync(held, `${held}.away`);
    expect(await restore('one')).toMatchObject({ state: 'failed', error: { code: 'restore_failed' } });
    expect(await node.status('web')).toMatchObject({ state: 'stopped', init: null });
    expect((await node.leftovers()).filter((line) => !line.startsWith('file'))).toEqual([]);
    await node.act('start', 'web');
    await node.wait('web');
    expect(await files()).toBe('file\nlater');
    renameSync(`${held}.away`, held);
    expect(await restore('one')).toMatchObject({ state: 'succeeded' });
    expect(await files()).toBe('file');
  });

  test('what does not fit is refused before anything happens', async () => {
    await keep('one', true);
    const refused = async (method: string, path: string, body?: unknown) =>
      (await node.api.refused(method, `/v1/ves/web/checkpoints${path}`, body)).code;
    expect(await refused('POST', '', { name: 'one' })).toBe('snapshot_exists');
    await node.api.perform('POST', '/v1/ves/web/snapshots', { name: 'files' });
    for (const name of ['files', 'none']) {
      expect(await refused('POST', `/${name}/restore`)).toBe('checkpoint_not_found');
      expect(await refused('DELETE', `/${name}`)).toBe('checkpoint_not_found');
    }
    const { addresses } = await node.show('web');
    await node.api.perform('PATCH', '/v1/ves/web', { addresses: [] });
    expect(await refused('POST', '/one/restore')).toBe('checkpoint_outdated');
    await node.api.perform('PATCH', '/v1/ves/web', { addresses });
    expect(await restore('one')).toMatchObject({ state: 'succeeded' });
  });
});
