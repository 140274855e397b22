import type { VeTraffic } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Internet, useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['busybox'],
  config: { network: { classes: [{ class: 3, prefixes: ['192.0.2.0/24'] }] } },
});
let internet: Internet;

beforeAll(async () => {
  internet = await Internet.behind(node.namespace);
  for (const name of ['t1', 't2']) {
    await node.create({ name, template: 'busybox', start: true });
    await node.wait(name);
  }
});
afterAll(async () => await internet.close());

const rowsOf = async (ve: string) => await node.api.get<readonly VeTraffic[]>(`/v1/traffic?ve=${ve}`);
const rowOf = async (ve: string, number: number) => {
  // the daemon answers from what it has looked at a moment ago
  await new Promise((resolve) => setTimeout(resolve, 600));
  return (await rowsOf(ve)).find((row) => row.class === number && row.family === 'ipv4');
};
const ping = async (ve: string, address: string, count = 5) =>
  await node.inside(ve, `ping -c${count} -s 972 -i 0.01 ${address} || ping -c${count} -s 972 ${address}`);

test('traffic is counted by class, in bytes of IP, each way', async () => {
  await ping('t1', internet.serverAddress);
  expect(await rowOf('t1', 3)).toMatchObject({
    inPackets: 5,
    inBytes: 5_000,
    outPackets: 5,
    outBytes: 5_000,
    spoofed: 0,
  });
  const [other = ''] = (await node.show('t2')).addresses;
  await ping('t1', other);
  expect(await rowOf('t1', 1)).toMatchObject({ inBytes: 5_000, outBytes: 5_000 });
  expect(await rowOf('t2', 1)).toMatchObject({ inBytes: 5_000, outBytes: 5_000 });
  expect(await rowOf('t2', 3)).toBeUndefined();
});

test('counters go on over restarts of VE and daemon, a kill, and a flush', async () => {
  let expected = 5_000;
  const [address = ''] = (await node.show('t1')).addresses;
  const more = async () => {
    await ping('t1', internet.serverAddress);
    expected += 5_000;
    expect((await rowOf('t1', 3))?.outBytes).toBe(expected);
  };
  await node.act('restart', 't1');
  await node.wait('t1');
  await more();
  await node.restart();
  await more();
  await node.kill9();
  await pingFromNode(address);
  await node.start();
  expected += 5_000;
  await more();
  await node.runOnNode('nft', 'flush', 'ruleset');
  await node.restart();
  await more();
});

/** Traffic while no daemon runs: from the node, since nobody runs commands in the VE. */
async function pingFromNode(address: string): Promise<void> {
  await node.runOnNode('ip', 'address', 'add', '192.0.2.9/32', 'dev', 'lo');
  await node.runOnNode('ping', '-c5', '-s', '972', '-i', '0.01', '-I', '192.0.2.9', address);
  await node.runOnNode('ip', 'address', 'del', '192.0.2.9/32', 'dev', 'lo');
}

test('what a VE forges is told', async () => {
  await node.inside('t1', 'ip address add 203.0.113.7/32 dev eth0');
  await node.exec('t1', `ping -c3 -W1 -I 203.0.113.7 ${internet.nodeAddress}`);
  await node.inside('t1', 'ip address del 203.0.113.7/32 dev eth0');
  const spoofed = (await rowOf('t1', 1))?.spoofed ?? 0;
  expect(spoofed).toBeGreaterThanOrEqual(3);
  await node.act('restart', 't1');
  const table = await node.insula(['net', 'stat', '--ve', 't1', '--no-header', '-o', 'name,class,spoofed']);
  expect(table.stdout.trim().split(/\s+/)).toContain(String(spoofed));
});

test('a destroyed VE leaves no counter to the next one with its CTID', async () => {
  const { ctid } = await node.create({ name: 't3', template: 'busybox', start: true });
  await node.wait('t3');
  await ping('t3', internet.serverAddress);
  expect((await rowOf('t3', 3))?.outBytes).toBe(5_000);
  await node.destroy('t3');
  await node.create({ name: 't4', template: 'busybox', ctid, start: true });
  await node.wait('t4');
  expect((await rowOf('t4', 3))?.outBytes ?? 0).toBe(0);
});
