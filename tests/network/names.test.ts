import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, Internet, type StartedProgram, startProgram, useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['busybox'],
  config: { network: { names: { enabled: true }, dns: ['192.0.2.2'] } },
});
let internet: Internet;
let upstream: StartedProgram;

beforeAll(async () => {
  internet = await Internet.behind(node.namespace);
  const answers = ['--address=/example.org/192.0.2.80', '--address=/insula.internal/192.0.2.66'];
  upstream = startProgram(
    internet.namespace.argv([
      ...[
        'dnsmasq',
        '--conf-file=/dev/null',
        '--keep-in-foreground',
        '--pid-file=',
        '--no-resolv',
        '--no-hosts',
      ],
      ...answers,
    ]),
    { timeout: 600_000 },
  );
  for (const name of ['n1', 'n2']) {
    await node.create({ name, template: 'busybox', start: true });
    await node.wait(name);
  }
});
afterAll(async () => {
  upstream?.child.kill('SIGTERM');
  await upstream?.ended;
  await internet?.close();
});

const found = async (name: string, from = 'n1') => {
  const { stdout } = await node.exec(from, `nslookup ${name}`);
  const [, answer = ''] = stdout.split(/\n\s*\n/);
  return /^Address(?: 1)?: ([\d.]+)/m.exec(answer)?.[1] ?? null;
};
const addressOf = async (ve: string) => (await node.show(ve)).addresses[0] ?? '';

test('a VE finds another one by its name, and the world through the name servers of the node', async () => {
  expect(await node.inside('n1', 'cat /etc/resolv.conf')).toContain('nameserver 169.254.101.1');
  expect(await found('n2.insula.internal')).toBe(await addressOf('n2'));
  expect(await found('www.example.org')).toBe('192.0.2.80');
});

test('nobody else is asked for a VE that is not there', async () => {
  expect(await found('nobody.insula.internal')).toBeNull();
});

test('names follow VEs: created, renamed, with another address, destroyed', async () => {
  await node.create({ name: 'n3', template: 'busybox' });
  await eventually(
    'it is known',
    async () => (await found('n3.insula.internal')) === (await addressOf('n3')),
  );
  await node.api.perform('POST', '/v1/ves/n3/rename', { name: 'shop' });
  await eventually('it is known', async () => (await found('shop.insula.internal')) !== null);
  expect(await found('n3.insula.internal')).toBeNull();
  await node.api.perform('PATCH', '/v1/ves/shop', { addresses: ['pool:default'] });
  await eventually(
    'it is known',
    async () => (await found('shop.insula.internal')) === (await addressOf('shop')),
  );
  await node.destroy('shop');
  await eventually('it is forgotten', async () => (await found('shop.insula.internal')) === null);
});

test('names are there again after the daemon was killed, and after the server was', async () => {
  await node.kill9();
  await node.start();
  await eventually('it answers', async () => (await found('n2.insula.internal')) !== null);
  const servers = (await node.runOnNode('ss', '-Hlnup', 'src', '169.254.101.1')).match(/pid=(\d+)/)?.[1];
  process.kill(Number(servers), 'SIGKILL');
  await eventually('it answers again', async () => (await found('n2.insula.internal')) !== null);
});
