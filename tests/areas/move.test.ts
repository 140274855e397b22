import { expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';
import { btrfsPool } from './btrfs-pool.ts';

const node = useNode({ templates: ['busybox'], preparePool: btrfsPool });
const template = 'busybox';
const mebibyte = 1_048_576;

/** Files alone: sizes of folders are the file system's own affair. */
const listing =
  'cd /; find root bin ! -type d -exec stat -c "%n %f %u %g %s %Y %h" {} + | sort | md5sum; cat /root/file';

test('a VE goes from layout to layout with its files, limits and snapshots', async () => {
  const parameters = { diskspace: 64 * mebibyte };
  await node.create({ name: 'goes', template, layout: 'subvolume', parameters, start: true });
  await node.inside(
    'goes',
    'echo text > /root/file; ln /root/file /root/hard; mkfifo /root/pipe; chmod 4755 /root/hard; rm -f /etc/issue; truncate -s 30M /root/holes; sync',
  );
  const before = await node.inside('goes', listing);
  await node.act('pause', 'goes');
  expect(await node.api.refused('POST', '/v1/ves/goes/move', { layout: 'image' })).toMatchObject({
    code: 'wrong_state',
  });
  await node.act('kill', 'goes');
  await node.api.perform('POST', '/v1/ves/goes/snapshots', { name: 'early' });
  for (const [layout, body, kept] of [
    ['image', {}, parameters],
    ['plain', { parameters: { diskspace: null } }, {}],
    ['subvolume', { parameters }, parameters],
    ['plain', { parameters: { diskspace: null } }, {}],
    ['image', { parameters }, parameters],
    ['subvolume', {}, parameters],
  ] as const) {
    await node.act('move', 'goes', { layout, ...body });
    expect(await node.show('goes')).toMatchObject({ layout, parameters: kept });
    await node.act('start', 'goes');
    expect(await node.inside('goes', listing)).toBe(before);
    expect(await node.inside('goes', 'du -k /root/holes | cut -f1')).toBe('0');
    await node.act('kill', 'goes');
  }
  await node.act('move', 'goes', { layout: 'image' });
  // taken in another layout
  await node.api.perform('POST', '/v1/ves/goes/snapshots/early/restore');
  await node.act('start', 'goes');
  expect(await node.inside('goes', listing)).toBe(before);
  await node.destroy('goes');
  expect(await node.leftovers()).toEqual([]);
});

test('what the other layout cannot is told before anything is done, or undone', async () => {
  await node.create({ name: 'stays', template, layout: 'plain' });
  const refused = async (body: object) => await node.api.refused('POST', '/v1/ves/stays/move', body);
  const fails = async (body: object) => (await node.api.attempt('POST', '/v1/ves/stays/move', body)).error;
  expect(await refused({ layout: 'zfs' })).toMatchObject({ code: 'invalid_input' });
  expect(await refused({ layout: 'project' })).toMatchObject({ code: 'invalid_input' });
  expect(await refused({ layout: 'plain' })).toMatchObject({ code: 'invalid_input' });
  expect(await fails({ layout: 'image' })).toMatchObject({ code: 'invalid_parameter' });
  await node.act('start', 'stays');
  await node.inside('stays', 'dd if=/dev/urandom of=/root/data bs=1M count=40 2>/dev/null; sync');
  await node.act('kill', 'stays');
  const tooSmall = await fails({ layout: 'image', parameters: { diskspace: 20 * mebibyte } });
  expect(tooSmall).not.toBeNull();
  expect(await node.show('stays')).toMatchObject({ layout: 'plain', parameters: {} });
  await node.act('start', 'stays');
  expect(await node.inside('stays', 'ls /root')).toBe('data');
  await node.destroy('stays');
  expect(await node.leftovers()).toEqual([]);
});
