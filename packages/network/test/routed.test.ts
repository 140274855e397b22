import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeConfig, fakeLink } from '../src/fake-network.ts';
import type { VeLink } from '../src/index.ts';
import { Server, startPeer, startPeerWith } from './namespaces.ts';
import type { NodeQuestion } from './node-server.ts';
import type { PeerQuestion } from './peer-server.ts';

const config = { ...fakeConfig({ table: 'insula_test' }), interfacePrefix: 'tst' };
const port = 4000;
const uplink = '192.0.2.1';
const world = '192.0.2.2';
const one: VeLink = fakeLink(101, ['10.101.0.2', '10.101.0.12']);
const two: VeLink = fakeLink(999_999, ['10.101.0.3']);

/** Two VEs, their node and somebody out in the world: four network namespaces, gone with the processes that hold them. */
let node: Server<NodeQuestion>;
let onNode: Server<PeerQuestion>;
let outside: Server<PeerQuestion>;
let inOne: Server<PeerQuestion>;
let inTwo: Server<PeerQuestion>;

/** A VE's network namespace belongs to its user namespace. */
const startVe = async () => await startPeer('--user', '--map-root-user');

const connect = async (ve: VeLink, init: Server<PeerQuestion>) =>
  await node.tell({ call: 'connect', ve, pid: init.pid });

beforeAll(async () => {
  node = await Server.start(['unshare', '--net', '--'], 'node-server.ts', JSON.stringify(config));
  onNode = await startPeerWith(node.pid);
  outside = await startPeer();
  inOne = await startVe();
  inTwo = await startVe();
  await node.tell({
    call: 'batch',
    lines: [
      'link set lo up',
      `link add name uplink type veth peer name eth0 netns ${outside.pid}`,
      `address add ${uplink}/24 dev uplink`,
      'link set uplink up',
    ],
  });
  await node.tell({
    call: 'batch inside',
    pid: outside.pid,
    lines: [`address add ${world}/24 dev eth0`, 'link set eth0 up'],
  });
  for (const peer of [onNode, outside, inOne, inTwo]) await peer.tell({ call: 'listen', port });
  await node.tell({ call: 'prepare' });
  await connect(one, inOne);
  await connect(two, inTwo);
});

afterAll(async () => {
  for (const peer of [inOne, inTwo, outside, onNode, node]) await peer?.stop();
});

test('a VE and its node reach each other', async () => {
  expect(await inOne.tell({ call: 'ask', to: config.network.gateway, port })).toBe('10.101.0.2');
  expect(await inOne.tell({ call: 'ask', to: uplink, port })).toBe('10.101.0.2');
  for (const to of [...one.addresses, ...two.addresses]) {
    expect(await onNode.tell({ call: 'ask', to, port })).toBe(config.network.gateway);
  }
});

test('VEs reach each other under their own addresses', async () => {
  expect(await inOne.tell({ call: 'ask', to: '10.101.0.3', port })).toBe('10.101.0.2');
  expect(await inTwo.tell({ call: 'ask', to: '10.101.0.12', port })).toBe('10.101.0.3');
  expect(await inOne.tell({ call: 'ask', from: '10.101.0.12', to: '10.101.0.3', port })).toBe('10.101.0.12');
});

test('what leaves the node carries the node’s address', async () => {
  expect(await inOne.tell({ call: 'ask', to: world, port })).toBe(uplink);
  expect(await inTwo.tell({ call: 'ask', to: world, port })).toBe(uplink);
});

test('a VE is told at once when nobody has an address of the pool', async () => {
  expect(await inOne.tell({ call: 'ask', to: '10.101.0.77', port })).toBe('EHOSTUNREACH');
});

/** Sends a datagram to everybody under an address that the VE gave itself, and tells who got it. */
const forge = async (address: string): Promise<readonly string[]> => {
  const others = { node: onNode, outside, 'other VE': inTwo };
  const arrived = async () => {
    const seen = await Promise.all(
      Object.values(others).map(async (peer) => await peer.tell({ call: 'seen' })),
    );
    return seen.map((addresses) => (addresses as readonly string[]).length);
  };
  const inside = async (line: string) =>
    await node.tell({ call: 'batch inside', pid: inOne.pid, lines: [line] });
  const isOwn = one.addresses.includes(address);
  if (!isOwn) await inside(`address add ${address}/32 dev eth0`);
  const before = await arrived();
  for (const to of [config.network.gateway, world, '10.101.0.3']) {
    await inOne.tell({ call: 'send', from: address, to, port });
  }
  await sleep(100);
  const after = await arrived();
  if (!isOwn) await inside(`address delete ${address}/32 dev eth0`);
  return Object.keys(others).filter((_, index) => after[index] !== before[index]);
};

test('what a VE sends under an address of its own arrives', async () => {
  expect(await forge('10.101.0.12')).toEqual(['node', 'outside', 'other VE']);
});

test.for([
  ['the node', uplink],
  ['a free address of the pool', '10.101.0.99'],
  ['a stranger', '198.51.100.9'],
] as const)('what a VE sends as %s arrives nowhere', async ([, address]) => {
  expect(await forge(address)).toEqual([]);
});

test('what a VE sends as another VE arrives nowhere, not even there', async () => {
  // two of the three: to itself, a VE may talk under any address
  expect(await forge('10.101.0.3')).toEqual([]);
});

test('it is the ruleset that drops forged sources: without it they arrive', async () => {
  expect(await node.tell({ call: 'table' })).toMatch(/"tst101" counter packets [1-9]/);
  await node.tell({ call: 'flush ruleset' });
  expect(await forge('198.51.100.9')).toEqual(['node', 'outside', 'other VE']);
  await node.tell({ call: 'prepare' });
  expect(await forge('198.51.100.9')).toEqual([]);
});

test('a ruleset that somebody flushed is whole again with the next VE that connects', async () => {
  await node.tell({ call: 'flush ruleset' });
  expect(await node.tell({ call: 'table' })).toBeNull();
  await connect(two, inTwo);
  expect(await inOne.tell({ call: 'ask', to: world, port })).toBe(uplink);
  expect(await forge('198.51.100.9')).toEqual([]);
});

test('connecting again replaces the link, and disconnecting may be repeated', async () => {
  await connect(two, inTwo);
  await connect(two, inTwo);
  expect(await node.tell({ call: 'isConnected', ve: two })).toBe(true);
  expect(await inTwo.tell({ call: 'ask', to: world, port })).toBe(uplink);
  for (const call of ['disconnect', 'disconnect', 'undo connect'] as const) {
    await node.tell({ call, ve: two });
    expect(await node.tell({ call: 'isConnected', ve: two })).toBe(false);
  }
  expect(await node.tell({ call: 'table' })).not.toContain('999999');
  expect(await node.tell({ call: 'routes' })).not.toContain('10.101.0.3');
  expect(await inOne.tell({ call: 'ask', to: '10.101.0.3', port })).toBe('EHOSTUNREACH');
  expect(await inOne.tell({ call: 'ask', to: world, port })).toBe(uplink);
});

test('disconnecting succeeds without a ruleset', async () => {
  await node.tell({ call: 'flush ruleset' });
  await node.tell({ call: 'disconnect', ve: two });
  await node.tell({ call: 'prepare' });
});

test('a VE that ends takes its link along, and its address is free for another start', async () => {
  const init = await startVe();
  await connect(two, init);
  await init.stop();
  await expect
    .poll(async () => await node.tell({ call: 'isConnected', ve: two }), { timeout: 10_000 })
    .toBe(false);
  await node.tell({ call: 'disconnect', ve: two });
  await connect(two, inTwo);
  expect(await inOne.tell({ call: 'ask', to: '10.101.0.3', port })).toBe('10.101.0.2');
});

test('a link is not made for a process that is gone', async () => {
  const init = await startVe();
  const lost: VeLink = fakeLink(500, ['10.101.0.50']);
  await connect(lost, init);
  await node.tell({ call: 'disconnect', ve: lost });
  await init.stop();
  await expect(node.tell({ call: 'connect again', ve: lost })).rejects.toThrow();
  await node.tell({ call: 'undo connect', ve: lost });
  expect(await node.tell({ call: 'isConnected', ve: lost })).toBe(false);
});

test('a node whose network is removed keeps no table and no route of the pool', async () => {
  for (const ve of [one, two]) await node.tell({ call: 'disconnect', ve });
  for (let time = 0; time < 2; time += 1) await node.tell({ call: 'remove' });
  expect(await node.tell({ call: 'table' })).toBeNull();
  expect(await node.tell({ call: 'routes' })).toEqual(['192.0.2.0/24']);
});
