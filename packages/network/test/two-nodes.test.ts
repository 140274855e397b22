import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeConfig, fakeLink } from '../src/fake-network.ts';
import type { VeLink } from '../src/index.ts';
import { Server, startPeer } from './namespaces.ts';
import type { NodeQuestion } from './node-server.ts';
import type { PeerQuestion } from './peer-server.ts';

const port = 4000;

/** A node whose VEs have addresses that the world knows, behind a router. */
interface Side {
  readonly number: number;
  readonly ve: VeLink;
  readonly node: Server<NodeQuestion>;
  readonly inside: Server<PeerQuestion>;
}

let router: Server<NodeQuestion>;
const sides: Side[] = [];

async function startSide(number: number): Promise<Side> {
  const pool = { ranges: [], exclude: [], reserve: [], automatic: true };
  const config = {
    ...fakeConfig({
      table: 'insula_test',
      pools: [
        { ...pool, name: 'six', prefix: `2001:db8:${number}::/64` },
        { ...pool, name: 'public', prefix: `198.18.${number}.0/24` },
      ],
    }),
    interfacePrefix: 'tst',
  };
  const node = await Server.start<NodeQuestion>(
    ['unshare', '--net', '--'],
    'node-server.ts',
    JSON.stringify(config),
  );
  await router.tell({
    call: 'batch',
    lines: [
      `link add name port${number} type veth peer name uplink netns ${node.pid}`,
      `address add 2001:db8:f${number}::1/64 dev port${number} nodad`,
      `address add 192.0.2.${number * 16 + 1}/28 dev port${number}`,
      `link set port${number} up`,
    ],
  });
  await node.tell({
    call: 'batch',
    lines: [
      'link set lo up',
      `address add 2001:db8:f${number}::2/64 dev uplink nodad`,
      `address add 192.0.2.${number * 16 + 2}/28 dev uplink`,
      'link set uplink up',
      `route add default via 192.0.2.${number * 16 + 1}`,
      `route add default via 2001:db8:f${number}::1`,
    ],
  });
  // what is routed to the node needs nobody to answer for it
  await router.tell({
    call: 'batch',
    lines: [
      `route add 2001:db8:${number}::/64 via 2001:db8:f${number}::2`,
      `route add 198.18.${number}.0/24 via 192.0.2.${number * 16 + 2}`,
    ],
  });
  const inside = await startPeer('--user', '--map-root-user');
  await inside.tell({ call: 'listen', port });
  await node.tell({ call: 'prepare' });
  const ve = fakeLink(101, [`2001:db8:${number}::10`, `198.18.${number}.10`]);
  await node.tell({ call: 'connect', ve, pid: inside.pid });
  return { number, ve, node, inside };
}

beforeAll(async () => {
  router = await Server.start(['unshare', '--net', '--'], 'node-server.ts', JSON.stringify(fakeConfig()));
  await router.tell({
    call: 'run',
    argv: ['sysctl', '-w', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'],
  });
  for (const number of [1, 2]) sides.push(await startSide(number));
});
afterAll(async () => {
  for (const { node, inside } of sides) {
    await inside.stop();
    await node.stop();
  }
  await router.stop();
});

test('VEs of two nodes reach each other through a routed third, under their own addresses of both families', async () => {
  const [one, two] = sides;
  if (one === undefined || two === undefined) throw new Error('two nodes');
  for (const [from, to] of [
    [one, two],
    [two, one],
  ] as const) {
    for (const family of [0, 1]) {
      const address = to.ve.addresses[family] ?? '';
      await expect
        .poll(async () => await from.inside.tell({ call: 'ask', to: address, port }), { timeout: 10_000 })
        .toBe(from.ve.addresses[family]);
    }
  }
});

test('nodes with the same CTIDs and gateways are not mixed up', async () => {
  for (const { number, node } of sides) {
    const routes = String(await node.tell({ call: 'run', argv: ['ip', '-6', 'route'] }));
    expect(routes).toContain(`2001:db8:${number}::10 dev tst101`);
    expect(routes).not.toContain(`2001:db8:${3 - number}::10`);
  }
});
