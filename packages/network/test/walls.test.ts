import type { Firewall, FirewallRule } from '@insula/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fakeConfig, fakeLink } from '../src/fake-network.ts';
import { openFirewall, type VeLink } from '../src/index.ts';
import { Server, startPeer, startPeerWith } from './namespaces.ts';
import type { NodeQuestion } from './node-server.ts';
import type { PeerQuestion } from './peer-server.ts';

const pool = { ranges: [], exclude: [], reserve: [], automatic: true };
const config = {
  ...fakeConfig({
    table: 'insula_test',
    pools: [{ ...pool, name: 'six', prefix: 'fd00:101::/64' }],
    apiPorts: [4999],
  }),
  interfacePrefix: 'tst',
};
const port = 4000;
const uplink = '192.0.2.1';
const world = '192.0.2.2';
const web = fakeLink(101, ['10.101.0.2', 'fd00:101::2'], {
  groups: ['web', 'shop'],
  forwards: ['tcp:8080:4000', 'tcp:8100-8102:3999'],
  apiAccess: true,
});
const db = fakeLink(102, ['10.101.0.3', 'fd00:101::3'], { groups: ['shop'] });
const other = fakeLink(103, ['10.101.0.4', 'fd00:101::4']);

let node: Server<NodeQuestion>;
let onNode: Server<PeerQuestion>;
let outside: Server<PeerQuestion>;
const inside = new Map<VeLink, Server<PeerQuestion>>();

const peer = (ve: VeLink) => inside.get(ve) ?? onNode;
const ask = async (from: Server<PeerQuestion>, to: string, at = port) =>
  await from.tell({ call: 'ask', to, port: at });
const reaches = async (from: Server<PeerQuestion>, to: string, at = port) =>
  /[.:]/.test(String(await ask(from, to, at)));

const rule = (id: number, change: Partial<FirewallRule>): FirewallRule => ({
  id,
  action: 'accept',
  direction: 'in',
  ves: [],
  remote: [],
  protocol: 'any',
  ports: [],
  log: false,
  enabled: true,
  comment: '',
  ...change,
});
const wall = async (policy: Partial<Firewall['policy']>, ...rules: readonly FirewallRule[]) =>
  await node.tell({
    call: 'wall',
    firewall: { format: 1, policy: { ...openFirewall.policy, ...policy }, nextId: 99, rules: [...rules] },
  });

beforeAll(async () => {
  node = await Server.start(['unshare', '--net', '--'], 'node-server.ts', JSON.stringify(config));
  onNode = await startPeerWith(node.pid);
  outside = await startPeer();
  for (const ve of [web, db, other]) inside.set(ve, await startPeer('--user', '--map-root-user'));
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
    // as a router does: so that rules about VEs have something to keep out
    lines: [`address add ${world}/24 dev eth0`, 'link set eth0 up', `route add 10.101.0.0/16 via ${uplink}`],
  });
  for (const one of [onNode, outside, ...inside.values()]) await one.tell({ call: 'listen', port });
  await onNode.tell({ call: 'listen', port: 4999 });
  await node.tell({ call: 'prepare' });
  for (const [ve, init] of inside) await node.tell({ call: 'connect', ve, pid: init.pid });
});
beforeEach(async () => await wall({}));
afterAll(async () => {
  for (const one of [...inside.values(), outside, onNode, node]) await one?.stop();
});

test('a forwarded port leads to the VE, from outside, from the node, from others and from itself', async () => {
  expect(await ask(outside, uplink, 8080)).toBe(world);
  expect(await ask(outside, uplink, 8101)).toBe(world);
  expect(await ask(outside, uplink, 8100)).toBe('ECONNREFUSED');
  expect(await reaches(onNode, uplink, 8080)).toBe(true);
  expect(await reaches(peer(other), uplink, 8080)).toBe(true);
  expect(await reaches(peer(web), uplink, 8080)).toBe(true);
});

test('forwards change while the VE runs', async () => {
  const to = { ...web, forwards: ['tcp:8081:4000'] };
  await node.tell({ call: 'change', from: web, to });
  expect(await ask(outside, uplink, 8080)).toBe('ECONNREFUSED');
  expect(await ask(outside, uplink, 8081)).toBe(world);
  await node.tell({ call: 'change', from: to, to: web });
});

test('VEs that may not talk to each other do not, and the world and the node are reached all the same', async () => {
  expect(await reaches(peer(web), '10.101.0.3')).toBe(true);
  await wall({ between: 'deny' });
  for (const to of ['10.101.0.3', 'fd00:101::3']) expect(await ask(peer(web), to)).toBe('silence');
  expect(await ask(peer(web), world)).toBe(uplink);
  expect(await reaches(onNode, '10.101.0.3')).toBe(true);
});

test('VEs talk within their groups, also one that comes later', async () => {
  await wall({ between: 'groups' });
  for (const to of ['10.101.0.3', 'fd00:101::3']) expect(await reaches(peer(web), to)).toBe(true);
  expect(await ask(peer(web), '10.101.0.4')).toBe('silence');
  expect(await ask(peer(other), '10.101.0.3')).toBe('silence');
  const joined = { ...other, groups: ['brand-new', 'shop'] };
  await node.tell({ call: 'change', from: other, to: joined });
  expect(await reaches(peer(other), '10.101.0.3')).toBe(true);
  await node.tell({ call: 'change', from: joined, to: other });
  expect(await ask(peer(other), '10.101.0.3')).toBe('silence');
});

test('with a default of drop only what a rule accepts comes in', async () => {
  await wall({ in: 'drop' }, rule(1, { ves: ['group:web'], protocol: 'tcp', ports: ['4000-4010'] }));
  expect(await ask(outside, '10.101.0.2')).toBe(world);
  expect(await ask(outside, '10.101.0.3')).toBe('silence');
  expect(await ask(outside, uplink, 8080)).toBe(world);
  expect(await ask(peer(db), world)).toBe(uplink);
  expect(await ask(onNode, '10.101.0.3')).toBe('silence');
});

test('the first rule that fits decides, by VE, network and direction, and counts', async () => {
  await wall(
    {},
    rule(5, { action: 'drop', direction: 'out', ves: [db.uuid], remote: ['192.0.2.2'] }),
    rule(6, {
      action: 'reject',
      direction: 'out',
      ves: [db.uuid],
      remote: ['192.0.2.0/24', '2001:db8::/32'],
    }),
    rule(7, { action: 'drop', enabled: false }),
  );
  expect(await ask(peer(db), world)).toBe('silence');
  expect(await ask(peer(db), uplink)).toMatch(/^E/);
  expect(await ask(peer(web), world)).toBe(uplink);
  const counters = String(await node.tell({ call: 'run', argv: ['nft', 'list', 'counters'] }));
  expect(counters).toMatch(/counter rule_5 \{\s*packets [1-9]/);
  expect(counters).toMatch(/counter rule_7 \{\s*packets 0 /);
});

test('rules that go by the group of the other side let its VEs in', async () => {
  await wall({ in: 'drop' }, rule(1, { ves: ['group:shop'], remote: ['group:shop'] }));
  expect(await reaches(peer(web), '10.101.0.3')).toBe(true);
  expect(await ask(peer(other), '10.101.0.3')).toBe('silence');
});

test('the management API is for VEs that may reach it', async () => {
  expect(await reaches(peer(web), uplink, 4999)).toBe(true);
  expect(await ask(peer(other), uplink, 4999)).toBe('silence');
  expect(await reaches(outside, uplink, 4999)).toBe(true);
});

test('a firewall that is gone leaves nothing, and the ruleset applies over itself', async () => {
  await wall({ between: 'groups' }, rule(3, { ves: ['group:web'], remote: ['group:shop'], log: true }));
  await wall({});
  const text = String(await node.tell({ call: 'table' }));
  expect(text).not.toMatch(/subject_3|remote_3|rule_3|group_(?:shop|web)/);
  await node.tell({ call: 'prepare' });
});
