import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { SnapshotChange, VeOptimization, VolumeLayout } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';
import { btrfsPool } from './btrfs-pool.ts';

const node = useNode({ templates: ['busybox'], ownStore: true, preparePool: btrfsPool });
const template = 'busybox';
const parameters = { diskspace: 128 * 1_048_576 };

const optimize = async (...ves: string[]) =>
  (await node.api.perform('POST', '/v1/vzfs/optimize', { ves })).result as readonly VeOptimization[];
const limitsOf = (layout: VolumeLayout) => (layout === 'plain' ? {} : { parameters });
/** Bytes in the files of a private area that lies open in the pool. */
const privateBytes = async (ve: string) => {
  const { uuid } = await node.show(ve);
  const upper = `${node.paths.pool}/private/${uuid}/fs/upper`;
  return Number(execFileSync('du', ['-s', '-B1', upper], { encoding: 'utf8' }).split('\t')[0]);
};
/** What an upgrade does, the same in every VE, and new to the store for each name of it. */
const upgrade = (version: string) => `
  mkdir -p /usr/lib/app/deep; for i in 1 2 3 4; do { echo ${version}; seq $i 200000; } > /usr/lib/app/lib$i; done
  yes ${version} | head -c 30000 > /usr/lib/app/deep/data; chmod 4711 /usr/lib/app/lib1; chown 33:44 /usr/lib/app/lib2
  yes issue of ${version} | head -c 20000 > /etc/issue; ln /usr/lib/app/lib3 /usr/lib/app/again; echo own > /root/own`;
/** Everything that can be seen of it inside. */
const look = `
  find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp \\) -prune -o \\
    -type d -exec stat -c '%n %F %a %u %g %Y' {} + -o -exec stat -c '%n %F %a %u %g %s %Y' {} + | grep -v '^/ ' | sort
  find /usr/lib/app /etc/issue /root -type f | sort | xargs md5sum`;

describe.each(['subvolume', 'image', 'plain'] as const)('VEs in layout %s', (layout) => {
  test('that were upgraded alike share it once they are optimized, and go on as they were', async () => {
    const ves = ['o1', 'o2', 'o3'];
    for (const name of ves) {
      await node.create({ name, template, layout, ...limitsOf(layout), start: true });
      await node.wait(name);
      await node.inside(name, `${upgrade(layout)}; sync`);
    }
    const before = await node.inside('o1', look);
    expect(await node.api.refused('POST', '/v1/vzfs/optimize', { ves })).toMatchObject({
      code: 'wrong_state',
    });
    for (const name of ves) await node.act('kill', name);
    const rows = await optimize(...ves);
    for (const row of rows) expect(row).toMatchObject({ movedFiles: 5 });
    expect(rows.map(({ storedBytes }) => storedBytes > 1_000_000)).toEqual([true, false, false]);
    if (layout !== 'image') expect(await privateBytes('o2')).toBeLessThan(1_500_000);
    for (const name of ves) await node.act('start', name);
    await node.wait('o1');
    expect(await node.inside('o1', look)).toEqual(before);

    // what changes again becomes private, and nobody else sees it
    await node.inside(
      'o1',
      'echo more >> /usr/lib/app/lib4; rm /usr/lib/app/lib2; mv /usr/lib/app/deep /usr/lib/app/moved',
    );
    expect(await node.inside('o1', 'tail -n 1 /usr/lib/app/lib4; head -n 1 /usr/lib/app/moved/data')).toBe(
      `more\n${layout}`,
    );
    expect(await node.inside('o2', 'tail -n 1 /usr/lib/app/lib4; ls /usr/lib/app')).toBe(
      '200000\nagain\ndeep\nlib1\nlib2\nlib3\nlib4',
    );
    for (const name of ves) await node.destroy(name);
    expect(await node.leftovers()).toEqual([]);
  });

  test('keep what they have through snapshot, clone, restore and a new daemon', async () => {
    await node.create({ name: 'p1', template, layout, ...limitsOf(layout), start: true });
    await node.create({ name: 'p2', template, layout, ...limitsOf(layout), start: true });
    for (const name of ['p1', 'p2']) {
      await node.inside(name, `${upgrade(`${layout}-2`)}; sync`);
      await node.act('kill', name);
    }
    const take = async (name: string) => await node.api.perform('POST', '/v1/ves/p1/snapshots', { name });
    await take('private');
    await optimize('p1', 'p2');
    await take('shared');
    const { layers } = await node.show('p1');
    expect(layers).toHaveLength(1);
    expect(
      (await node.api.get<readonly SnapshotChange[]>('/v1/ves/p1/snapshots/private/diff')).filter(
        ({ path }) => path.startsWith('/usr'),
      ),
    ).toEqual([]);
    await node.restart();
    expect((await node.show('p1')).layers).toEqual(layers);
    await node.api.perform('POST', '/v1/ves/p1/clone', { name: 'p3', start: true });
    const sum = 'cat /usr/lib/app/lib* /usr/lib/app/deep/data /etc/issue | md5sum';
    const wanted = await node.inside('p3', sum);
    await node.inside('p3', 'rm -r /usr/lib/app');
    await node.act('kill', 'p3');
    // nothing is shared that one could take from another
    expect((await optimize('p3')).map(({ movedFiles }) => movedFiles)).toEqual([0]);
    for (const snapshot of ['private', 'shared']) {
      await node.api.perform('POST', `/v1/ves/p1/snapshots/${snapshot}/restore`);
      expect((await node.show('p1')).layers).toEqual(snapshot === 'shared' ? layers : []);
      await node.act('start', 'p1');
      expect(await node.inside('p1', sum)).toBe(wanted);
      await node.act('kill', 'p1');
    }
    await node.api.perform('POST', '/v1/ves/p2/publish', { template: `shared-${layout}` });
    await node.create({ name: 'p4', template: `shared-${layout}`, start: true });
    expect(await node.inside('p4', sum)).toBe(wanted);
    await node.destroy('p4');
    // what it shares is among its old files, and those only lie over what they always did
    await node.api.perform('POST', '/v1/ves/p1/reinstall');
    expect((await node.show('p1')).layers).toEqual([]);
    await node.act('start', 'p1');
    expect(await node.inside('p1', `cd /old; ${sum.replaceAll(' /', ' ./')}`)).toBe(wanted);
    await node.act('kill', 'p1');
    for (const name of ['p1', 'p2', 'p3']) await node.destroy(name);
  });
});

test('a VE whose settings ask for it is optimized when it has stopped, and whatever comes next comes first', async () => {
  for (const name of ['s1', 's2']) {
    await node.create({ name, template, start: true, optimizeOnStop: true });
    await node.inside(name, upgrade('on-stop'));
    await node.act('kill', name);
    await node.act('start', name);
    await node.act('kill', name);
  }
  await eventually(
    'the second finds what the first has',
    async () => (await node.show('s2')).layers.length > 0,
  );
  await node.act('start', 's1');
  await node.act('kill', 's1');
  await eventually('the first follows', async () => (await node.show('s1')).layers.length > 0);
  for (const name of ['s1', 's2']) await node.destroy(name);
});

test('the command line names VEs or takes all, and refuses what makes no sense', async () => {
  for (const name of ['c1', 'c2']) await node.create({ name, template });
  const all = await node.insula(['optimize', '--all']);
  expect(all).toMatchObject({ code: 0 });
  expect(all.stdout).toMatch(/^c1\s+0\s+0\s/m);
  expect((await node.insula(['optimize', 'c1', 'c2'])).code).toBe(0);
  expect((await node.insula(['optimize'])).stderr).toContain('name a VE, or ask for all');
  expect((await node.insula(['optimize', 'nobody'])).stderr).toContain('nobody');
  for (const name of ['c1', 'c2']) await node.destroy(name);
});

test('a VE root cannot write an attribute that overlays go by', async () => {
  await node.create({ name: 'forger', template, start: true });
  await node.inside('forger', 'yes | head -c 10000 > /root/x');
  const { init } = await node.status('forger');
  // busybox has no setfattr: that of the host does it as VE root, in its user namespace
  const write = (name: string) => {
    const file = `/proc/${init}/root/root/x`;
    const as = ['--target', String(init), '--user', '--setuid', '0', '--setgid', '0'];
    return spawnSync('nsenter', [...as, 'setfattr', '-n', name, '-v', '/ab/cd', file], { encoding: 'utf8' });
  };
  expect(write('user.note')).toMatchObject({ status: 0 });
  for (const name of ['redirect', 'metacopy', 'opaque'])
    expect(write(`trusted.overlay.${name}`).stderr).toContain('Operation not permitted');
  await node.destroy('forger');
});

test('a collection keeps what VEs and their snapshots have, and lets go of what nobody has', async () => {
  for (const name of ['g1', 'g2']) {
    await node.create({ name, template, start: true });
    await node.inside(name, upgrade('collected'));
    await node.act('kill', name);
  }
  await optimize('g1', 'g2');
  const dir = `${node.paths.pool}/own-layers`;
  const age = () =>
    execFileSync('find', [
      dir,
      `${node.paths.pool}/objects`,
      '-exec',
      'touch',
      '-d',
      '3 days ago',
      '{}',
      '+',
    ]);
  const collect = async () => (await node.api.perform('POST', '/v1/vzfs/gc')).result;
  await node.api.perform('POST', '/v1/ves/g1/snapshots', { name: 'kept' });
  await node.destroy('g2');
  age();
  await collect();
  const { layers } = await node.show('g1');
  expect(readdirSync(dir)).toEqual(layers.map((digest) => digest.slice(7)));
  await node.act('start', 'g1');
  expect(await node.inside('g1', 'tail -n 1 /usr/lib/app/lib4')).toBe('200000');
  await node.destroy('g1');
  age();
  expect(await collect()).toMatchObject({ removedLayers: 1 });
  expect(readdirSync(dir)).toEqual([]);
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(dir);
});
