import type { InterfaceView, VeTraffic } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  arp,
  eventually,
  frame,
  icmpv6,
  Lan,
  type StartedProgram,
  sendFrames,
  startProgram,
  udp,
  useNode,
} from '../harness/index.ts';

/** Two VEs and a machine on one bridge: one VE is hostile, the others listen with tcpdump. */
const node = useNode({
  templates: ['busybox'],
  config: { network: { attachable: { bridges: ['br0'] } } },
});
const everybody = 'ff:ff:ff:ff:ff:ff';
const stranger = '02:66:66:66:66:66';
const [hostile, neighbour, machine] = ['198.51.100.10', '198.51.100.20', '198.51.100.1'] as const;
const neighbour6 = '20010db8000100000000000000000020';
const everybody6 = 'ff020000000000000000000000000001';
let lan: Lan;
let mac = '';
let victimMac = '';
let places: Readonly<Record<'inHostile' | 'inNeighbour', (command: readonly string[]) => readonly string[]>>;

const macOf = async (ve: string) =>
  (await node.api.get<readonly InterfaceView[]>(`/v1/ves/${ve}/interfaces`))[0]?.mac ?? '';

beforeAll(async () => {
  lan = await Lan.on(node.namespace, 'br0', [`${machine}/24`, '2001:db8:1::1/64']);
  const addresses = {
    h: [`${hostile}/24`, '2001:db8:1::10/64'],
    n: [`${neighbour}/24`, '2001:db8:1::20/64'],
  };
  for (const [name, own] of Object.entries(addresses)) {
    await node.create({ name, template: 'busybox', start: true });
    await node.wait(name);
    await node.api.perform('POST', `/v1/ves/${name}/interfaces`, {
      name: 'lan0',
      device: 'br0',
      addresses: own,
    });
  }
  [mac, victimMac] = [await macOf('h'), await macOf('n')];
  const within = async (ve: string) => {
    const { init } = await node.status(ve);
    return (command: readonly string[]) => ['nsenter', `--net=/proc/${init}/ns/net`, '--', ...command];
  };
  places = { inHostile: await within('h'), inNeighbour: await within('n') };
});
afterAll(async () => await lan?.close());

/** Everything that comes in meanwhile; loose enough that what is waited for is seen though it arrives late. */
async function heardDuring(
  work: () => Promise<void>,
): Promise<Readonly<Record<'neighbour' | 'machine', string>>> {
  const listen = (argv: (command: readonly string[]) => readonly string[], device: string): StartedProgram =>
    startProgram(argv(['tcpdump', '-Z', 'root', '-l', '-n', '-e', '-Q', 'in', '-i', device]));
  const listeners = {
    neighbour: listen(places.inNeighbour, 'lan0'),
    machine: listen(lan.namespace.argv, 'lan'),
  };
  for (const one of Object.values(listeners))
    await eventually('it listens', () => one.output().stderr.includes('listening on'));
  await work();
  // what the machine sends last is heard last
  await lan.namespace.run('ping', '-c1', '-W3', '-p', 'fe', '-s', '777', neighbour);
  await eventually('the end is heard', () => listeners.neighbour.output().stdout.includes('length 819'));
  const texts = Object.entries(listeners).map(async ([name, one]) => {
    one.child.kill('SIGTERM');
    return [name, (await one.ended).stdout] as const;
  });
  return Object.fromEntries(await Promise.all(texts)) as Readonly<Record<'neighbour' | 'machine', string>>;
}

const spoofed = async () => {
  // the daemon answers from what it has looked at a moment ago
  await new Promise((resolve) => setTimeout(resolve, 600));
  return (await node.api.get<readonly VeTraffic[]>('/v1/traffic?ve=h'))[0]?.spoofed ?? 0;
};

const mark = '6d61726b6d61726b';
const ip4 = (from: string, to: string) => udp(from, to, [4000, 4000]);

test('what carries its own addresses arrives, and only where it is sent', async () => {
  const lines = await heardDuring(async () => {
    await sendFrames(places.inHostile, 'lan0', [
      frame(victimMac, mac, '0800', ip4(hostile, neighbour)),
      frame(everybody, mac, '0806', arp(1, mac, hostile, machine)),
    ]);
  });
  expect(lines.neighbour).toContain(`${hostile}.4000 > ${neighbour}.4000`);
  expect(lines.neighbour).toContain(`who-has ${machine} tell ${hostile}`);
  expect(lines.machine).toContain(`who-has ${machine} tell ${hostile}`);
  expect(lines.machine).not.toContain(`${hostile}.4000`);
});

test('a frame for nobody in particular is not spread among VEs', async () => {
  const lines = await heardDuring(async () => {
    await sendFrames(lan.namespace.argv, 'lan', [
      frame('02:77:77:77:77:77', stranger, '0800', ip4(machine, '198.51.100.77')),
    ]);
  });
  expect(lines.neighbour).not.toContain('198.51.100.77');
});

test('whatever a VE forges, neither its neighbour nor the network hears of it, and all of it is counted', async () => {
  const advertisement = (target: string) => `88 00 0000 20000000 ${target} 02 01 ${mac}`;
  const own6 = '20010db8000100000000000000000010';
  const forged = {
    'another hardware address': frame(victimMac, stranger, '0800', ip4(hostile, neighbour)),
    'the neighbour’s hardware address': frame(everybody, victimMac, '0800', ip4(hostile, machine)),
    'the neighbour’s address': frame(everybody, mac, '0800', ip4(neighbour, machine)),
    'an address of nobody': frame(everybody, mac, '0800', ip4('198.51.100.99', machine)),
    'ARP for the router': frame(everybody, mac, '0806', arp(2, mac, machine, neighbour)),
    'ARP with another sender': frame(everybody, mac, '0806', arp(2, stranger, hostile, neighbour)),
    'an IPv6 address of the neighbour': frame(
      everybody,
      mac,
      '86dd',
      icmpv6(neighbour6, everybody6, `80000000 ${mark}`),
    ),
    'an advertisement for the neighbour': frame(
      everybody,
      mac,
      '86dd',
      icmpv6(own6, everybody6, advertisement(neighbour6)),
    ),
    'duplicate address detection for the neighbour': frame(
      everybody,
      mac,
      '86dd',
      icmpv6('0'.repeat(32), everybody6, `87000000 00000000 ${neighbour6}`),
    ),
    'a router advertisement': frame(
      everybody,
      mac,
      '86dd',
      icmpv6(own6, everybody6, `86000000 40000708 ${'0'.repeat(16)}`),
    ),
    'a redirect': frame(
      everybody,
      mac,
      '86dd',
      icmpv6(own6, everybody6, `89000000 00000000 ${own6} ${neighbour6}`),
    ),
    'an answer of a DHCP server': frame(everybody, mac, '0800', udp(hostile, '255.255.255.255', [67, 68])),
    'a tagged frame': frame(everybody, mac, '8100', `0007 0800 ${ip4(neighbour, machine)}`),
    'a spanning tree': frame('01:80:c2:00:00:00', mac, '0026', '424203000000000000'),
    'a protocol of another kind': frame(everybody, mac, '88b5', mark),
  };
  const before = await spoofed();
  const lines = await heardDuring(
    async () => await sendFrames(places.inHostile, 'lan0', Object.values(forged)),
  );
  // what its own kernel says meanwhile goes to groups, or to who asked
  for (const heard of Object.values(lines)) {
    expect(heard).not.toContain(`${mac} > ${everybody}`);
    expect(heard).not.toContain('01:80:c2:00:00:00');
    expect(heard).not.toContain(stranger);
    expect(heard).not.toContain('.4000');
  }
  expect((await spoofed()) - before).toBe(Object.keys(forged).length);
});

test('it is the filter that keeps forged frames away: without it they are heard', async () => {
  await node.api.perform('PATCH', '/v1/ves/h/interfaces/lan0', { filter: false });
  const forged = [
    frame(victimMac, stranger, '0800', ip4('198.51.100.99', neighbour)),
    frame(everybody, mac, '0806', arp(2, mac, '198.51.100.99', neighbour)),
  ];
  const lines = await heardDuring(async () => await sendFrames(places.inHostile, 'lan0', forged));
  expect(lines.neighbour).toContain('198.51.100.99.4000');
  expect(lines.neighbour).toContain(`198.51.100.99 is-at ${mac}`);
  await node.api.perform('PATCH', '/v1/ves/h/interfaces/lan0', { filter: true });
  const again = await heardDuring(async () => await sendFrames(places.inHostile, 'lan0', forged));
  expect(again.neighbour).not.toContain('198.51.100.99');
});

test('an address that the VE made of its hardware address is its own', async () => {
  const [a = 0, ...rest] = mac.split(':').map((part) => Number.parseInt(part, 16));
  const id = [a ^ 2, rest[0], rest[1], 0xff, 0xfe, ...rest.slice(2)]
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join('');
  const made = `20010db800010000${id}`;
  const lines = await heardDuring(async () => {
    await sendFrames(places.inHostile, 'lan0', [
      frame(everybody, mac, '86dd', icmpv6(made, everybody6, `80000000 ${mark}`)),
    ]);
  });
  expect(lines.neighbour).toContain(`${mac} > ${everybody}`);
});
