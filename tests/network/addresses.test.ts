import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Internet, useNode } from '../harness/index.ts';

const pool = { exclude: [], reserve: [] };
const node = useNode({
  templates: ['busybox'],
  config: {
    network: {
      pools: [
        { ...pool, name: 'six', prefix: 'fd00:88::/64', reserve: ['fd00:88::1-fd00:88::f'] },
        { ...pool, name: 'public', prefix: '192.0.2.0/24', ranges: ['192.0.2.32/30'], automatic: false },
      ],
    },
  },
});
let internet: Internet;

beforeAll(async () => {
  internet = await Internet.behind(node.namespace);
  for (const name of ['a1', 'a2']) {
    await node.create({ name, template: 'busybox', start: true });
    await node.wait(name);
  }
});
afterAll(async () => await internet.close());

const addressesOf = async (ve: string) => (await node.show(ve)).addresses;
const ping = async (ve: string, address: string) =>
  (await node.exec(ve, `ping -c1 -W3 ${address}`)).stdout.includes(' 0% packet loss');

test('a VE has an address of each family from the automatic pools, none of them reserved', async () => {
  expect((await addressesOf('a1'))[1]).toBe('fd00:88::10');
  expect((await addressesOf('a2'))[1]).toBe('fd00:88::11');
  expect(await ping('a1', 'fd00:88::11')).toBe(true);
  expect((await node.insula(['pool', 'list', '--no-header', '-o', 'name,used'])).stdout).toMatch(
    /default +2\nsix +2\npublic +0/,
  );
});

test('a running VE gets addresses and loses them, and its files say so', async () => {
  expect(await node.insula(['address', 'add', 'a1', 'pool:six', 'pool:public'])).toMatchObject({ code: 0 });
  expect((await addressesOf('a1')).slice(2)).toEqual(['fd00:88::12', '192.0.2.32']);
  expect(await ping('a2', 'fd00:88::12')).toBe(true);
  const found = await internet.namespace.attempt('ping', '-c1', '-W3', '192.0.2.32');
  expect(found.stdout).toContain(' 0% packet loss');
  expect(await node.inside('a1', 'cat /etc/hosts')).toContain('fd00:88::12 a1');
  const removal = await node.insula(['address', 'remove', 'a1', 'fd00:88:0::12', '192.0.2.32']);
  expect(removal).toMatchObject({ code: 0 });
  expect(await node.inside('a1', 'ip address show dev eth0')).not.toContain('fd00:88::12');
  expect(await node.inside('a1', 'cat /etc/hosts')).not.toContain('fd00:88::12');
  expect(await ping('a2', 'fd00:88::12')).toBe(false);
});

test('set puts other addresses in the place of those there are', async () => {
  const [own = ''] = await addressesOf('a2');
  expect(await node.insula(['set', 'a2', '--addresses', `${own},fd00:88::5`])).toMatchObject({ code: 0 });
  expect(await addressesOf('a2')).toEqual([own, 'fd00:88::5']);
  expect(await ping('a1', 'fd00:88::5')).toBe(true);
  expect(await ping('a1', 'fd00:88::11')).toBe(false);
  await node.act('restart', 'a2');
  await node.wait('a2');
  expect(await ping('a1', 'fd00:88::5')).toBe(true);
});

test('what another VE or somebody on the network has is refused, and nothing is changed', async () => {
  const before = await addressesOf('a1');
  const add = async (address: string) =>
    await node.api.refused('POST', '/v1/ves/a1/addresses', { addresses: [address] });
  expect(await add('fd00:88::5')).toMatchObject({ code: 'address_taken', details: { ve: 'a2' } });
  expect(await add('fd00:99::5')).toMatchObject({ code: 'invalid_input' });
  expect(await add('pool:none')).toMatchObject({ code: 'invalid_input' });
  await internet.namespace.run('ip', 'address', 'add', '192.0.2.33/24', 'dev', 'world');
  const { code, stderr } = await node.insula(['address', 'add', 'a1', '192.0.2.33']);
  expect(code).not.toBe(0);
  expect(stderr).toContain('address 192.0.2.33 is in use on the network');
  expect(await addressesOf('a1')).toEqual(before);
  expect(await node.runOnNode('ip', 'neighbour', 'show', 'proxy')).toBe('');
});

test('what a VE shouts on its link its neighbour does not hear, and lies in ARP are counted', async () => {
  const heard = async () =>
    Number(/eth0: *\d+ +(\d+)/.exec(await node.inside('a2', 'cat /proc/net/dev'))?.[1]);
  const [own = '', , victim = own] = [...(await addressesOf('a1')), (await addressesOf('a2'))[0]];
  const before = await heard();
  await node.inside('a1', `ip address add ${victim}/32 dev eth0`);
  await node.exec('a1', `arping -c5 -U -I eth0 -s ${victim} ${victim}; arping -c3 -A -I eth0 ${victim}`);
  await node.exec(
    'a1',
    'ping -c3 -W1 -b 255.255.255.255; ping -c3 -W1 224.0.0.1; ping6 -c3 -W1 ff02::1%eth0',
  );
  await node.inside('a1', `ip address del ${victim}/32 dev eth0`);
  // the node itself may have had something to say, but not fourteen times
  expect(await heard()).toBeLessThan(before + 8);
  const arp = await node.runOnNode('nft', 'list', 'set', 'arp', node.config.network.table, 'spoofed');
  expect(arp).toMatch(/counter packets [1-9]/);
  expect(await ping('a2', own)).toBe(true);
});

test('pools are what the specs say: a node without its database gives nothing out twice', async () => {
  await node.stop();
  for (const end of ['', '-wal', '-shm']) rmSync(`${node.paths.database}${end}`, { force: true });
  await node.start();
  await node.create({ name: 'a3', template: 'busybox' });
  expect((await addressesOf('a3'))[1]).toBe('fd00:88::11');
});
