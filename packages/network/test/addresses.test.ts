import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeConfig, fakeLink } from '../src/fake-network.ts';
import type { VeLink } from '../src/index.ts';
import { Server, startPeer, startPeerWith } from './namespaces.ts';
import type { NodeQuestion } from './node-server.ts';
import type { PeerQuestion } from './peer-server.ts';

const pool = { ranges: [], exclude: [], reserve: [], automatic: true };
const config = {
  ...fakeConfig({
    table: 'insula_test',
    pools: [
      { ...pool, name: 'six', prefix: 'fd00:101::/64' },
      { ...pool, name: 'public', prefix: '192.0.2.0/24' },
      { ...pool, name: 'public6', prefix: '2001:db8:1::/64' },
    ],
    classes: [{ class: 2, prefixes: ['192.0.2.0/24', '2001:db8:1::/64'] }],
  }),
  interfacePrefix: 'tst',
};
const port = 4000;
const uplink = '192.0.2.1';
const uplink6 = '2001:db8:1::1';
const world = '192.0.2.2';
const world6 = '2001:db8:1::2';
const private6 = 'fd00:101::2';
const one: VeLink = fakeLink(101, ['10.101.0.2', private6]);
const two: VeLink = fakeLink(102, ['192.0.2.20', '2001:db8:1::20']);

let node: Server<NodeQuestion>;
let onNode: Server<PeerQuestion>;
let outside: Server<PeerQuestion>;
let inOne: Server<PeerQuestion>;
let inTwo: Server<PeerQuestion>;

const connect = async (ve: VeLink, init: Server<PeerQuestion>) =>
  await node.tell({ call: 'connect', ve, pid: init.pid });
const run = async (...argv: string[]) => String(await node.tell({ call: 'run', argv }));
const runIn = async ({ pid }: { readonly pid: number }, ...argv: string[]) =>
  await run('nsenter', `--net=/proc/${pid}/ns/net`, '--', ...argv);

beforeAll(async () => {
  node = await Server.start(['unshare', '--net', '--'], 'node-server.ts', JSON.stringify(config));
  onNode = await startPeerWith(node.pid);
  outside = await startPeer();
  inOne = await startPeer('--user', '--map-root-user');
  inTwo = await startPeer('--user', '--map-root-user');
  await node.tell({
    call: 'batch',
    lines: [
      'link set lo up',
      `link add name uplink type veth peer name eth0 netns ${outside.pid}`,
      `address add ${uplink}/24 dev uplink`,
      `address add ${uplink6}/64 dev uplink nodad`,
      'link set uplink up',
    ],
  });
  await node.tell({
    call: 'batch inside',
    pid: outside.pid,
    lines: [
      `address add ${world}/24 dev eth0`,
      `address add ${world6}/64 dev eth0 nodad`,
      'link set eth0 up',
    ],
  });
  for (const peer of [onNode, outside, inOne, inTwo]) await peer.tell({ call: 'listen', port });
  await node.tell({ call: 'prepare' });
  await connect(one, inOne);
  await connect(two, inTwo);
});

afterAll(async () => {
  for (const peer of [inOne, inTwo, outside, onNode, node]) await peer?.stop();
});

test('a VE with IPv6 reaches its node, other VEs and, under the node’s address, the world', async () => {
  expect(await inOne.tell({ call: 'ask', to: uplink6, port })).toBe(private6);
  expect(await onNode.tell({ call: 'ask', to: private6, port })).toMatch(/^(?:2001:db8:1::1|fe80::1)$/);
  expect(await inTwo.tell({ call: 'ask', to: private6, port })).toBe('2001:db8:1::20');
  // the uplink's own link-local address takes a second to be sure of itself
  await expect
    .poll(async () => await inOne.tell({ call: 'ask', to: world6, port }), { timeout: 10_000 })
    .toBe(uplink6);
});

test('public addresses are seen as they are, and found from outside behind the node', async () => {
  expect(await inTwo.tell({ call: 'ask', to: world, port })).toBe('192.0.2.20');
  expect(await inTwo.tell({ call: 'ask', to: world6, port })).toBe('2001:db8:1::20');
  for (const to of two.addresses) {
    expect(await outside.tell({ call: 'ask', to, port })).toBe(to.includes(':') ? world6 : world);
  }
});

test('addresses that somebody on the network has are refused, and so are those of the node', async () => {
  const init = await startPeer('--user', '--map-root-user');
  const tell = async (address: string) =>
    await connect(fakeLink(110, [address]), init).catch((error: unknown) => (error as Error).message);
  expect(await tell(world)).toMatch(/^address 192\.0\.2\.2 is in use on the network: .* on uplink has it$/);
  expect(await tell(world6)).toMatch(/^address 2001:db8:1::2 is in use/);
  expect(await tell(uplink)).toBe('address 192.0.2.1 is in use on the network: uplink of this node has it');
  expect(await node.tell({ call: 'isConnected', ve: fakeLink(110, []) })).toBe(false);
  await init.stop();
});

test('a new place of an address is announced to those who remember another', async () => {
  const stale = '02:00:00:00:00:99';
  await runIn(
    outside,
    'ip',
    'neighbour',
    'replace',
    '192.0.2.30',
    'lladdr',
    stale,
    'nud',
    'stale',
    'dev',
    'eth0',
  );
  await runIn(
    outside,
    'ip',
    'neighbour',
    'replace',
    '2001:db8:1::30',
    'lladdr',
    stale,
    'nud',
    'stale',
    'dev',
    'eth0',
  );
  const to = fakeLink(101, [...one.addresses, '192.0.2.30', '2001:db8:1::30']);
  await node.tell({ call: 'change', from: one, to });
  const mac = /link\/ether (\S+)/.exec(await run('ip', 'link', 'show', 'uplink'))?.[1] ?? '';
  await expect.poll(async () => await runIn(outside, 'ip', 'neighbour', 'show', '192.0.2.30')).toContain(mac);
  await expect
    .poll(async () => await runIn(outside, 'ip', 'neighbour', 'show', '2001:db8:1::30'))
    .toContain(mac);
  expect(await outside.tell({ call: 'ask', to: '192.0.2.30', port })).toBe(world);
  await node.tell({ call: 'change', from: to, to: one });
  expect(await run('ip', 'neighbour', 'show', 'proxy')).not.toContain('192.0.2.30');
  expect(await run('ip', '-6', 'neighbour', 'show', 'proxy')).not.toContain('2001:db8:1::30');
});

test('addresses come and go while connections live on', async () => {
  const more = fakeLink(101, [...one.addresses, '10.101.0.3', 'fd00:101::3']);
  for (let time = 0; time < 2; time += 1) await node.tell({ call: 'change', from: one, to: more });
  for (const to of ['10.101.0.3', 'fd00:101::3'])
    expect(await onNode.tell({ call: 'ask', to, port })).not.toBe('silence');
  expect(await inOne.tell({ call: 'ask', from: 'fd00:101::3', to: uplink6, port })).toBe('fd00:101::3');
  await node.tell({ call: 'undo change', from: one, to: more });
  expect(await onNode.tell({ call: 'ask', to: '10.101.0.3', port })).toBe('EHOSTUNREACH');
  expect(await runIn(inOne, 'ip', 'address', 'show', 'dev', 'eth0')).not.toContain('10.101.0.3');
  expect(await inOne.tell({ call: 'ask', to: world, port })).toBe(uplink);
  // what it had once it may use no more
  await node.tell({ call: 'batch inside', pid: inOne.pid, lines: ['address add 10.101.0.3/32 dev eth0'] });
  expect(await inOne.tell({ call: 'ask', from: '10.101.0.3', to: uplink, port })).toBe('silence');
  await node.tell({ call: 'batch inside', pid: inOne.pid, lines: ['address delete 10.101.0.3/32 dev eth0'] });
});

test('lies about who is a neighbour or a router are dropped and counted, in ARP too', async () => {
  const counted = async (family: 'inet' | 'arp') => {
    const text = await run('nft', 'list', 'set', family, 'insula_test', 'spoofed').catch(() => '');
    return Number(/"tst101" counter packets (\d+)/.exec(text)?.[1] ?? 0);
  };
  const before = { inet: await counted('inet'), arp: await counted('arp') };
  const liar = new URL('forge-frames.ts', import.meta.url).pathname;
  await runIn(inOne, process.execPath, liar, 'eth0', '10.101.0.77', '2001:db8:1::20');
  await expect.poll(async () => await counted('arp')).toBeGreaterThan(before.arp);
  await expect.poll(async () => await counted('inet')).toBeGreaterThan(before.inet);
  expect(await run('ip', 'neighbour', 'show', '10.101.0.77')).toBe('');
  expect(await outside.tell({ call: 'ask', to: '2001:db8:1::20', port })).toBe(world6);
});

test('the ruleset is made again without a lost count', async () => {
  const spoofed = async () => await run('nft', 'list', 'set', 'inet', 'insula_test', 'spoofed');
  const before = await spoofed();
  expect(before).toContain('"tst101" counter');
  await node.tell({ call: 'prepare' });
  expect(await spoofed()).toBe(before);
});

test('a ruleset of another shape is replaced', async () => {
  await run('nft', 'delete', 'table', 'inet', 'insula_test');
  await run('nft', 'add table inet insula_test; add set inet insula_test links { type ipv4_addr; }');
  await node.tell({ call: 'prepare' });
  expect(await inOne.tell({ call: 'ask', to: world6, port })).toBe(uplink6);
});

test('nothing of a VE is left when it is disconnected, and nothing of the node when its network is removed', async () => {
  for (const ve of [one, two]) await node.tell({ call: 'disconnect', ve });
  expect(await run('nft', 'list', 'ruleset')).not.toMatch(/tst10[12]/);
  expect(await run('ip', 'neighbour', 'show', 'proxy')).toBe('');
  expect(await run('ip', '-6', 'neighbour', 'show', 'proxy')).toBe('');
  await node.tell({ call: 'remove' });
  expect(await run('nft', 'list', 'ruleset')).toBe('');
  expect(await run('ip', '-6', 'route')).not.toContain('fd00:101::/64');
});
