import type { TemplateDetail, TemplateDiff } from '@insula/contract';
import { expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox', 'debian-12-minimal'] });

test('a stopped VE becomes a template with all that was done in it, and others are made of it', async () => {
  await node.create({ name: 'model', template: 'debian-12-minimal', start: true });
  await node.wait('model');
  await node.inside(
    'model',
    'useradd --create-home shop; echo hello > /home/shop/note; chown shop: /home/shop/note; rm /etc/issue.net',
  );
  await node.inside(
    'model',
    'cp /bin/true /usr/local/bin/mine; chmod 4755 /usr/local/bin/mine; ln -s nowhere /etc/dangling',
  );
  expect(
    await node.api.attempt('POST', '/v1/ves/model/publish', { template: 'shop' }).catch(String),
  ).toContain('wrong_state');
  await node.act('stop', 'model');
  expect((await node.insula(['publish', 'model', 'shop', '--title', 'The shop'])).code).toBe(0);
  const { versions, title, definition, packages } = await node.api.get<TemplateDetail>('/v1/templates/shop');
  expect({ title, definition, packages }).toEqual({ title: 'The shop', definition: null, packages: [] });
  expect(versions[0]?.packages).toBeGreaterThan(50);

  await node.create({ name: 'branch', template: 'shop', start: true });
  await node.wait('branch');
  expect(await node.inside('branch', 'systemctl is-system-running; hostname')).toBe('running\nbranch');
  expect(
    await node.inside('branch', 'cat /home/shop/note; stat -c %U:%a /home/shop/note /usr/local/bin/mine'),
  ).toBe('hello\nshop:644\nroot:4755');
  expect(await node.inside('branch', 'ls /etc/issue.net 2>&1 || true')).toContain('No such file');
  await node.act('start', 'model');
  await node.wait('model');
  const machineId = (ve: string) => node.inside(ve, 'cat /etc/machine-id');
  expect(await machineId('branch')).not.toBe(await machineId('model'));
  const { files } = await node.api.get<TemplateDiff>('/v1/templates/debian-12-minimal/diff/shop');
  expect(files).toContainEqual({ path: '/etc/issue.net', change: 'removed' });
  await node.destroyAll();
  await node.api.perform('DELETE', '/v1/templates/shop');
});

test('a name that has a definition is not taken over', async () => {
  await node.create({ name: 'taken', template: 'busybox' });
  expect(await node.api.refused('POST', '/v1/ves/taken/publish', { template: 'debian-13' })).toMatchObject({
    code: 'template_exists',
  });
  await node.destroyAll();
});
