import { afterAll, beforeAll, expect, test } from 'vitest';
import { Internet, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });
let internet: Internet;

const insula = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await node.insula(args);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: expect.any(String) });
  return stdout;
};

beforeAll(async () => {
  internet = await Internet.behind(node.namespace);
  for (const name of ['web', 'db']) {
    await node.create({ name, template: 'busybox', groups: ['shop'], start: true });
    await node.wait(name);
    await node.inside(
      name,
      `mkdir -p /srv && echo "page of ${name}" > /srv/index.html && httpd -p 80 -h /srv`,
    );
  }
});
afterAll(async () => await internet.close());

const addressOf = async (ve: string) => (await node.show(ve)).addresses[0] ?? '';
const fetchFromOutside = async (port: number) =>
  await internet.namespace.attempt(
    'curl',
    '--silent',
    '--max-time',
    '2',
    `http://${internet.nodeAddress}:${port}/`,
  );
const reaches = async (from: string, to: string) => {
  const request = `printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 2 ${await addressOf(to)} 80`;
  return (await node.exec(from, request)).stdout.includes(`page of ${to}`);
};

test('a server in a VE is reached through a forwarded port, over a restart of VE and daemon', async () => {
  await insula('set', 'web', '--forwards', 'tcp:8080:80');
  expect(await fetchFromOutside(8080)).toMatchObject({ stdout: 'page of web\n' });
  const taken = await node.api.refused('PATCH', '/v1/ves/db', { forwards: ['tcp:8070-8090'] });
  expect(taken).toMatchObject({ code: 'port_taken', details: { port: 8080, ve: 'web' } });
  expect(await node.api.refused('PATCH', '/v1/ves/db', { forwards: ['tcp:90-80'] })).toMatchObject({
    code: 'invalid_input',
  });
  await node.act('restart', 'web');
  await node.wait('web');
  await node.inside('web', 'httpd -p 80 -h /srv');
  await node.restart();
  expect(await fetchFromOutside(8080)).toMatchObject({ stdout: 'page of web\n' });
  await insula('set', 'web', '--forwards', '');
  expect((await fetchFromOutside(8080)).code).not.toBe(0);
});

test('rules and policy hold whatever VE root does, and survive the daemon', async () => {
  expect(await reaches('web', 'db')).toBe(true);
  await insula('firewall', 'policy', '--in', 'drop');
  expect(await reaches('web', 'db')).toBe(false);
  await node.inside('db', 'ip route; ifconfig eth0 mtu 1400');
  await insula(
    'firewall',
    'add',
    'accept',
    'in',
    '--ves',
    'db',
    '--remote',
    'group:shop',
    '--comment',
    'the shop',
  );
  expect(await reaches('web', 'db')).toBe(true);
  expect(await reaches('db', 'web')).toBe(false);
  await node.kill9();
  await node.start();
  expect(await reaches('web', 'db')).toBe(true);
  expect(await reaches('db', 'web')).toBe(false);
  const table = await insula('firewall', 'list', '--no-header', '-o', 'id,action,ves,packets,comment');
  expect(table).toMatch(/^ *1 +accept +db +[1-9]\d* +the shop/);
});

test('rules are ordered, changed and removed', async () => {
  await insula(
    'firewall',
    'add',
    'reject',
    'in',
    '--ves',
    'group:shop',
    '--protocol',
    'tcp',
    '--ports',
    '80',
  );
  expect(await reaches('web', 'db')).toBe(true);
  await insula('firewall', 'change', '2', '--position', '1');
  expect(await reaches('web', 'db')).toBe(false);
  await insula('firewall', 'change', '2', '--no-enabled');
  expect(await reaches('web', 'db')).toBe(true);
  await insula('firewall', 'remove', '2');
  await insula('firewall', 'remove', '1');
  expect(await reaches('web', 'db')).toBe(false);
  await insula('firewall', 'policy', '--in', 'accept', '--between', 'groups');
  expect(await reaches('web', 'db')).toBe(true);
  await insula('set', 'db', '--groups', 'alone');
  expect(await reaches('web', 'db')).toBe(false);
  await insula('firewall', 'policy', '--between', 'allow');
});

test('rules that make no sense are refused, and nothing is changed', async () => {
  const refuse = async (body: object) =>
    await node.api.refused('POST', '/v1/firewall/rules', { action: 'drop', direction: 'in', ...body });
  expect(await refuse({ ves: ['nobody'] })).toMatchObject({ code: 've_not_found' });
  expect(await refuse({ ports: ['80'] })).toMatchObject({
    code: 'invalid_input',
    details: { field: 'ports' },
  });
  expect(await refuse({ remote: ['10.0.0.1/8'] })).toMatchObject({ code: 'invalid_input' });
  expect(await refuse({ protocol: 'tcp', ports: ['90-80'] })).toMatchObject({ code: 'invalid_input' });
  expect(await node.api.refused('DELETE', '/v1/firewall/rules/77')).toMatchObject({ code: 'rule_not_found' });
  expect(await node.api.get('/v1/firewall/rules')).toEqual([]);
});
