import { describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';
import { btrfsPool } from './btrfs-pool.ts';

const node = useNode({ templates: ['busybox', 'debian-12', 'debian-13'], preparePool: btrfsPool });

const reinstall = async (ve: string, body?: object) => await node.act('reinstall', ve, body);

test('a reinstalled VE has the system of its template, its keys and its password, and the old files in /old', async () => {
  await node.create({ name: 'web', layout: 'subvolume', start: true });
  await node.wait('web');
  await node.inside(
    'web',
    `set -e
    echo 'root:secret' | chpasswd
    mkdir -p -m 700 /root/.ssh && echo 'ssh-ed25519 AAAA me' > /root/.ssh/authorized_keys
    echo 'hello there' > /srv/page
    rm /etc/issue
    chmod 600 /etc/hosts.allow 2>/dev/null || true
    chmod 700 /usr/bin/gzip
    mv /usr/share/base-files /usr/share/renamed`,
  );
  const secrets = async () =>
    await node.inside(
      'web',
      'cat /etc/ssh/ssh_host_ed25519_key.pub; grep ^root: /etc/shadow; cat /root/.ssh/authorized_keys',
    );
  const before = await secrets();
  const { addresses, uuid, parameters } = await node.show('web');
  expect(await node.api.refused('POST', '/v1/ves/web/reinstall')).toMatchObject({ code: 'wrong_state' });
  await node.act('stop', 'web');
  const { code, stderr } = await node.insula(['reinstall', 'web']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  await node.act('start', 'web');
  await node.wait('web');
  expect(await secrets()).toBe(before);
  expect(await node.show('web')).toMatchObject({ addresses, uuid, parameters });
  expect(await node.inside('web', 'systemctl is-system-running')).toBe('running');
  expect(await node.inside('web', 'cat /old/srv/page; cat /etc/issue >/dev/null; ls /srv')).toBe(
    'hello there',
  );
  // a file of the template of which only the mode was changed, and a folder of it that was moved
  expect(
    await node.inside(
      'web',
      'stat -c %a /usr/bin/gzip /old/usr/bin/gzip; cmp /usr/bin/gzip /old/usr/bin/gzip',
    ),
  ).toBe('755\n700');
  expect(
    await node.inside(
      'web',
      'diff -r /usr/share/base-files /old/usr/share/renamed && ls -d /old/usr/share/base-files 2>&1 || true',
    ),
  ).toContain('No such file');
  expect(await node.inside('web', 'find /old -type c')).toBe('');

  await node.act('stop', 'web');
  await reinstall('web', { template: 'debian-13', dropOld: true, credentials: false });
  await node.act('start', 'web');
  await node.wait('web');
  expect(
    await node.inside('web', '. /etc/os-release; echo $VERSION_ID; ls -d /old 2>/dev/null || echo none'),
  ).toBe('13\nnone');
  expect(await secrets().catch(() => 'no keys')).not.toBe(before);
  await node.destroy('web');
});

describe.each(['image', 'plain'] as const)('in layout %s', (layout) => {
  test('a VE keeps its limits and its snapshots, and what it had before can be restored', async () => {
    const parameters = layout === 'plain' ? {} : { diskspace: 96 * 1_048_576 };
    await node.create({ name: 'small', template: 'busybox', layout, parameters, start: true });
    await node.inside('small', 'dd if=/dev/urandom of=/root/data bs=1M count=30 2>/dev/null; sync');
    await node.act('kill', 'small');
    await node.api.perform('POST', '/v1/ves/small/snapshots', { name: 'before' });
    // more than half of its space: old files are moved, not copied
    await reinstall('small');
    await reinstall('small');
    await node.act('start', 'small');
    expect(await node.inside('small', 'ls /old/old/root; ls /root')).toBe('data');
    expect(await node.show('small')).toMatchObject({ layout, parameters });
    await node.act('kill', 'small');
    await node.api.perform('POST', '/v1/ves/small/snapshots/before/restore');
    await node.act('start', 'small');
    expect(await node.inside('small', 'ls /root; ls -d /old 2>/dev/null || true')).toBe('data');
    await node.destroy('small');
    expect(await node.leftovers()).toEqual([]);
  });
});

test('what cannot be reinstalled stays as it is', async () => {
  await node.create({ name: 'guarded', template: 'busybox', protected: true });
  expect(await node.api.refused('POST', '/v1/ves/guarded/reinstall')).toMatchObject({ code: 'protected' });
  await node.api.perform('PATCH', '/v1/ves/guarded', { protected: false });
  expect(await node.api.refused('POST', '/v1/ves/guarded/reinstall', { template: 'nothing' })).toMatchObject({
    code: 'template_not_found',
  });
  expect(
    await node.api.refused('POST', '/v1/ves/guarded/reinstall', { template: 'debian-13@1' }),
  ).toMatchObject({
    code: 'template_not_found',
  });
  await node.destroy('guarded');
});
