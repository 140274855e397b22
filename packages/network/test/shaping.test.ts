import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeConfig, fakeLink } from '../src/fake-network.ts';
import { Server, startPeer, startPeerWith } from './namespaces.ts';
import type { NodeQuestion } from './node-server.ts';
import type { PeerQuestion } from './peer-server.ts';

const config = {
  ...fakeConfig({
    table: 'insula_test',
    classes: [{ class: 2, prefixes: ['192.0.2.0/24'] }],
    totalRates: [{ device: 'uplink', direction: 'out', kbit: 20_000 }],
  }),
  interfacePrefix: 'tst',
};
const port = 5000;
const uplink = '192.0.2.1';
const plain = fakeLink(101, ['10.101.0.2']);
const address = '10.101.0.2';

let node: Server<NodeQuestion>;
let onNode: Server<PeerQuestion>;
let inside: Server<PeerQuestion>;

beforeAll(async () => {
  node = await Server.start(['unshare', '--net', '--'], 'node-server.ts', JSON.stringify(config));
  onNode = await startPeerWith(node.pid);
  inside = await startPeer('--user', '--map-root-user');
  await node.tell({ call: 'batch', lines: ['link set lo up', `address add ${uplink}/32 dev lo`] });
  await node.tell({ call: 'prepare' });
  await node.tell({ call: 'connect', ve: plain, pid: inside.pid });
  for (const peer of [onNode, inside]) await peer.tell({ call: 'swallow', port });
});
afterAll(async () => {
  for (const peer of [inside, onNode, node]) await peer?.stop();
});

/** Megabits a second that arrive of a stream, once it has found its speed; other work on the machine takes some of it. */
const speed = async (from: Server<PeerQuestion>, to: string) =>
  Number(await from.tell({ call: 'flood', to, port, milliseconds: 2_500 }));

describe.for([10, 100, 500])('%s Mbit/s', (megabits) => {
  const shaped = { ...plain, rates: [`in:1:${megabits}000`, `out:1:${megabits}000`] };

  test('hold within five per cent, each way', { retry: 2 }, async () => {
    await node.tell({ call: 'change', from: plain, to: shaped });
    const out = await speed(inside, config.network.gateway);
    const into = await speed(onNode, address);
    await node.tell({ call: 'change', from: shaped, to: plain });
    // what is measured is the content: of a full packet 1448 of 1514 bytes
    const content = megabits * (1448 / 1514);
    for (const found of [out, into]) {
      expect(found).toBeGreaterThan(content * 0.95);
      expect(found).toBeLessThan(content * 1.05);
    }
  });
});

describe('a device', () => {
  let outside: Server<PeerQuestion>;

  beforeAll(async () => {
    outside = await startPeer();
    await node.tell({
      call: 'batch',
      lines: [
        `link add name uplink type veth peer name eth0 netns ${outside.pid}`,
        'address add 198.51.100.1/24 dev uplink',
        'link set uplink up',
      ],
    });
    await node.tell({
      call: 'batch inside',
      pid: outside.pid,
      lines: ['address add 198.51.100.2/24 dev eth0', 'link set eth0 up'],
    });
    await outside.tell({ call: 'swallow', port });
  });
  afterAll(async () => await outside?.stop());

  test('has a total for what all VEs send through it', { retry: 2 }, async () => {
    const found = await speed(inside, '198.51.100.2');
    expect(found).toBeGreaterThan(10);
    expect(found).toBeLessThan(21);
    expect(await speed(inside, config.network.gateway)).toBeGreaterThan(100);
  });
});

test('each class has its own rate, and classes without one do not wait', async () => {
  const shaped = { ...plain, rates: ['out:2:10000', 'in:2:10000'] };
  await node.tell({ call: 'change', from: plain, to: shaped });
  expect(await speed(inside, uplink)).toBeLessThan(11);
  expect(await speed(inside, config.network.gateway)).toBeGreaterThan(100);
  const bounded = { ...plain, rates: ['out:1:5000:20000'], ratebound: true };
  await node.tell({ call: 'change', from: shaped, to: bounded });
  expect(await speed(inside, config.network.gateway)).toBeLessThan(6);
  const loose = { ...bounded, ratebound: false };
  await node.tell({ call: 'change', from: bounded, to: loose });
  expect(await speed(inside, config.network.gateway)).toBeGreaterThan(15);
  await node.tell({ call: 'undo change', from: plain, to: loose });
  expect(await speed(inside, config.network.gateway)).toBeGreaterThan(100);
});

test('a VE connects with its rates, and takes its queues along when it goes', async () => {
  const shaped = { ...plain, rates: ['in:1:10000', 'out:1:10000'] };
  await node.tell({ call: 'connect', ve: shaped, pid: inside.pid });
  expect(await speed(inside, config.network.gateway)).toBeLessThan(11);
  await node.tell({ call: 'disconnect', ve: shaped });
  const links = String(await node.tell({ call: 'run', argv: ['ip', '-o', 'link', 'show'] }));
  expect(links).not.toContain('tst');
});
