import type { InterfaceView, VeTraffic } from '@insula/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually, Lan, startProgram, useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['busybox'],
  config: {
    network: { attachable: { bridges: ['br0', 'br1'], parents: ['trunk'], devices: ['spare'] } },
  },
});
const machine = '198.51.100.1';
let lan: Lan;
let second: Lan;

const insula = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await node.insula(args);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: expect.any(String) });
  return stdout;
};
const refused = async (ve: string, body: object) =>
  await node.api.refused('POST', `/v1/ves/${ve}/interfaces`, body);
const interfacesOf = async (ve: string) =>
  await node.api.get<readonly InterfaceView[]>(`/v1/ves/${ve}/interfaces`);
const pings = async (ve: string, address: string) =>
  (await node.exec(ve, `ping -c1 -W3 ${address}`)).stdout.includes(' 0% packet loss');
const reached = async (address: string, from: Lan = lan) =>
  (await from.namespace.attempt('ping', '-c1', '-W3', address)).code === 0;

beforeAll(async () => {
  lan = await Lan.on(node.namespace, 'br0', [`${machine}/24`, '2001:db8:1::1/64']);
  second = await Lan.on(node.namespace, 'br1', ['203.0.113.1/24']);
  await node.create({ name: 'b1', template: 'busybox' });
  await node.create({ name: 'b2', template: 'busybox', start: true });
  await node.wait('b2');
});
afterAll(async () => {
  await lan?.close();
  await second?.close();
});

// each test begins with a second VE that has nothing but its routed link
beforeEach(async () => {
  for (const { name } of await interfacesOf('b2'))
    await node.api.perform('DELETE', `/v1/ves/b2/interfaces/${name}?ifBusy=wait`);
});

test('a VE starts with an interface on a bridge, with addresses of that network', async () => {
  const wish = ['--addresses', '198.51.100.10/24,2001:db8:1::10/64'];
  await insula('netif', 'add', 'b1', 'lan0', '--device', 'br0', ...wish);
  await node.act('start', 'b1');
  await node.wait('b1');
  expect(await pings('b1', machine)).toBe(true);
  expect(await pings('b1', '2001:db8:1::1')).toBe(true);
  expect(await reached('198.51.100.10')).toBe(true);
  expect(await reached('2001:db8:1::10')).toBe(true);
  expect(await interfacesOf('b1')).toMatchObject([
    { name: 'lan0', kind: 'bridge', device: 'br0', state: 'up', filter: true },
  ]);
});

test('a running VE gets interfaces, changes them and loses them', async () => {
  await insula('netif', 'add', 'b2', 'lan0', '--device', 'br0', '--addresses', '198.51.100.20/24');
  await insula('netif', 'add', 'b2', 'a15-characters', '--device', 'br1', '--addresses', '203.0.113.20/24');
  expect(await reached('198.51.100.20')).toBe(true);
  expect(await reached('203.0.113.20', second)).toBe(true);
  expect(await pings('b1', '198.51.100.20')).toBe(true);
  await insula('netif', 'set', 'b2', 'lan0', '--addresses', '198.51.100.21/24', '--mtu', '1400');
  expect(await reached('198.51.100.21')).toBe(true);
  expect(await reached('198.51.100.20')).toBe(false);
  expect(await node.inside('b2', 'cat /sys/class/net/lan0/mtu')).toBe('1400');
  expect(await node.runOnNode('ip', 'link', 'show', 'dev', 'br0')).toContain('mtu 1500');
  await insula('netif', 'set', 'b2', 'lan0', '--gateway', machine);
  expect(await node.inside('b2', 'ip route')).toMatch(/default via 198\.51\.100\.1 dev lan0 .*metric 2001/);
  await insula('netif', 'remove', 'b2', 'a15-characters');
  expect(await node.inside('b2', 'ip link')).not.toContain('a15-characters');
  await insula(
    'netif',
    'set',
    'b2',
    'lan0',
    '--device',
    'br1',
    '--addresses',
    '203.0.113.21/24',
    '--gateway',
    '',
  );
  expect(await reached('203.0.113.21', second)).toBe(true);
  await insula('netif', 'remove', 'b2', 'lan0');
  expect(await reached('203.0.113.21', second)).toBe(false);
  expect(await interfacesOf('b2')).toEqual([]);
});

test('what makes no sense is refused, and nothing is changed', async () => {
  const [b1] = await interfacesOf('b1');
  const cases: readonly (readonly [object, object])[] = [
    [
      { name: 'lan0', device: 'lo' },
      { code: 'invalid_input', details: { field: 'device' } },
    ],
    [{ name: 'eth0', device: 'br0' }, { code: 'invalid_input' }],
    [{ name: 'sixteen-letters-', device: 'br0' }, { code: 'invalid_input' }],
    [{ name: '-x', device: 'br0' }, { code: 'invalid_input' }],
    [{ name: 'lan0', device: 'br0', addresses: ['198.51.100.0/24'] }, { code: 'invalid_input' }],
    [{ name: 'lan0', device: 'br0', addresses: ['198.51.100.30'] }, { code: 'invalid_input' }],
    [{ name: 'lan0', device: 'br0', gateway: machine }, { code: 'invalid_input' }],
    [{ name: 'lan0', device: 'trunk', kind: 'macvlan' }, { code: 'invalid_input' }],
    [
      { name: 'lan0', device: 'br0', mac: b1?.mac },
      { code: 'mac_taken', details: { ve: 'b1' } },
    ],
    [{ name: 'lan0', device: 'br0', addresses: ['198.51.100.10/24'] }, { code: 'address_taken' }],
  ];
  for (const [body, answer] of cases)
    expect(await refused('b2', body), JSON.stringify(body)).toMatchObject(answer);
  expect(await refused('b1', { name: 'lan0', device: 'br0' })).toMatchObject({ code: 'interface_exists' });
  const held = await node.insula([
    'netif',
    'add',
    'b2',
    'lan0',
    '--device',
    'br0',
    '--addresses',
    `${machine}/24`,
  ]);
  expect(held.stderr).toContain(`address ${machine} is in use on the network`);
  const large = await node.insula(['netif', 'add', 'b2', 'lan0', '--device', 'br0', '--mtu', '9000']);
  expect(large.stderr).toContain('br0 carries 1500 bytes');
  const gone = await node.insula([
    'netif',
    'add',
    'b2',
    'lan0',
    '--device',
    'spare',
    '--kind',
    'device',
    '--no-filter',
  ]);
  expect(gone.stderr).toContain('the node has no device spare');
  expect(await interfacesOf('b2')).toEqual([]);
  expect(await node.inside('b2', 'ip link')).not.toContain('lan0');
  const checkpoint = await node.api.get<{ readonly blockers: readonly object[] }>(
    '/v1/ves/b1/checkpoint/check',
  );
  expect(checkpoint.blockers).toMatchObject([{ kind: 'interface', subject: 'lan0' }]);
});

test('an address that a DHCP server gives is the VE’s own, and no other', async () => {
  const server = startProgram(
    second.namespace.argv([
      'dnsmasq',
      ...[
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--port=0',
        '--interface=lan',
        '--leasefile-ro',
        '--pid-file=',
      ],
      '--dhcp-range=203.0.113.50,203.0.113.60,1h',
    ]),
  );
  try {
    await insula('netif', 'add', 'b2', 'lan0', '--device', 'br1', '--dhcp');
    const lease = await node.inside('b2', 'udhcpc -i lan0 -n -q -f -s /bin/true 2>&1');
    const address = /lease of ([\d.]+) obtained/.exec(lease)?.[1] ?? '';
    expect(address).toMatch(/^203\.0\.113\.5/);
    await node.inside('b2', `ip address add ${address}/24 dev lan0`);
    expect(await reached(address, second)).toBe(true);
    await node.inside('b2', `ip address add 203.0.113.99/24 dev lan0`);
    expect(await reached('203.0.113.99', second)).toBe(false);
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
  await insula('netif', 'remove', 'b2', 'lan0');
});

test('a bridge that is removed in use is noticed and told, and its ports are joined when it is back', async () => {
  await lan.removeBridge();
  try {
    await eventually('it is told', async () => (await interfacesOf('b1'))[0]?.state === 'cut off');
    expect(node.log()).toContain('the bridge of a VE was removed by somebody');
    const failed = await node.insula(['netif', 'add', 'b2', 'lan0', '--device', 'br0']);
    expect(failed.stderr).toContain('the node has no bridge br0');
  } finally {
    await lan.makeBridge();
  }
  await eventually('the VE answers again', async () => await reached('198.51.100.10'));
  expect((await interfacesOf('b1'))[0]?.state).toBe('up');
});

test('a port that somebody deletes is there again, and the routed link is not touched', async () => {
  const port = (await interfacesOf('b1'))[0]?.port;
  await node.inside('b1', 'ip route add 192.0.2.99/32 dev eth0');
  await node.runOnNode('ip', 'link', 'delete', 'dev', String(port));
  await eventually('the VE answers again', async () => await reached('198.51.100.10'));
  expect(await node.inside('b1', 'ip route')).toContain('192.0.2.99');
  await node.act('restart', 'b1');
  await node.wait('b1');
  expect(await reached('198.51.100.10')).toBe(true);
});

test('rules of the host hold on bridges, and traffic there is counted', async () => {
  await node.inside(
    'b1',
    'mkdir -p /srv && echo hello > /srv/index.html && httpd -p 80 -h /srv && httpd -p 81 -h /srv',
  );
  const fetch = async (port: number) =>
    (await lan.namespace.attempt('curl', '-s', '--max-time', '2', `http://198.51.100.10:${port}/`)).stdout;
  expect(await fetch(81)).toBe('hello\n');
  try {
    await insula('firewall', 'policy', '--in', 'drop');
    await insula('firewall', 'add', 'accept', 'in', '--ves', 'b1', '--protocol', 'tcp', '--ports', '80');
    expect(await fetch(80)).toBe('hello\n');
    expect(await fetch(81)).toBe('');
    expect(await insula('firewall', 'list', '--no-header', '-o', 'packets')).toMatch(/^ *[1-9]/);
    await insula('firewall', 'remove', '1');
  } finally {
    await insula('firewall', 'policy', '--in', 'accept');
  }
  await eventually('traffic is told', async () => {
    const rows = await node.api.get<readonly VeTraffic[]>('/v1/traffic?ve=b1&family=ipv4');
    return (rows[0]?.inPackets ?? 0) > 10 && (rows[0]?.outPackets ?? 0) > 10;
  });
});

test('rates hold on bridges, too', async () => {
  await insula('set', 'b1', '--rates', 'in:1:8000,out:1:8000');
  const port = (await interfacesOf('b1'))[0]?.port;
  expect(await node.runOnNode('tc', 'qdisc', 'show', 'dev', String(port))).toMatch(/htb.*\n.*ingress/s);
  expect(await reached('198.51.100.10')).toBe(true);
  await insula('set', 'b1', '--rates', '');
  expect(await node.runOnNode('tc', 'qdisc', 'show', 'dev', String(port))).not.toMatch(/htb|ingress/);
});

test('a macvlan device speaks with the network below its parent', async () => {
  await node.runOnNode(...['ip', 'link', 'add', 'trunk', 'type', 'veth', 'peer', 'name', 'trunkp']);
  for (const device of ['trunk', 'trunkp']) await node.runOnNode('ip', 'link', 'set', 'dev', device, 'up');
  await node.runOnNode('ip', 'link', 'set', 'dev', 'trunkp', 'master', 'br0');
  const wish = ['--kind', 'macvlan', '--device', 'trunk', '--no-filter', '--addresses', '198.51.100.40/24'];
  await insula('netif', 'add', 'b2', 'wan0', ...wish);
  await eventually('the VE answers', async () => await reached('198.51.100.40'));
  await node.act('restart', 'b2');
  await node.wait('b2');
  await eventually('the VE answers', async () => await reached('198.51.100.40'));
  await insula('netif', 'remove', 'b2', 'wan0');
  expect(await node.inside('b2', 'ip link')).not.toContain('wan0');
});

test('a device of the node is the VE’s while it runs, and comes back whatever the VE did with it', async () => {
  await node.runOnNode(...['ip', 'link', 'add', 'spare', 'type', 'veth', 'peer', 'name', 'sparep']);
  await node.runOnNode('ip', 'link', 'set', 'dev', 'sparep', 'master', 'br0');
  await node.runOnNode('ip', 'link', 'set', 'dev', 'sparep', 'up');
  const isHere = async () => (await node.namespace.attempt('ip', 'link', 'show', 'dev', 'spare')).code === 0;
  const wish = ['--kind', 'device', '--device', 'spare', '--no-filter', '--addresses', '198.51.100.50/24'];
  await insula('netif', 'add', 'b2', 'nic0', ...wish);
  expect(await isHere()).toBe(false);
  await eventually('the VE answers', async () => await reached('198.51.100.50'));
  expect(await refused('b1', { name: 'nic0', kind: 'device', device: 'spare', filter: false })).toMatchObject(
    {
      code: 'device_taken',
    },
  );
  await node.act('restart', 'b2');
  await node.wait('b2');
  await eventually('the VE answers', async () => await reached('198.51.100.50'));
  await node.act('kill', 'b2');
  expect(await isHere()).toBe(true);
  await node.act('start', 'b2');
  await node.wait('b2');
  expect(await isHere()).toBe(false);
  const { init } = await node.status('b2');
  await node.kill9();
  process.kill(init ?? 0, 'SIGKILL');
  await node.start();
  await eventually('it is started again, with its device', async () => await reached('198.51.100.50'));
  await insula('netif', 'remove', 'b2', 'nic0');
  expect(await isHere()).toBe(true);
});

test('an interface whose making is cut off is not there, and one whose removal is cut off still works', async () => {
  const fault = async (text: string) => await node.restart({ env: { INSULA_FAULT: text } });
  const recover = async () => {
    await node.daemon.exited();
    await node.start({ env: {} });
    await eventually('it is undone', async () => (await node.status('b2')).transition === null);
  };
  for (const point of ['1:done', '2:begun', '2:done']) {
    await fault(`ve.netif.add:${point}`);
    await node.api
      .call('POST', '/v1/ves/b2/interfaces', { name: 'lan0', device: 'br0' })
      .catch(() => undefined);
    await recover();
    expect(await interfacesOf('b2'), point).toEqual([]);
    expect(await node.inside('b2', 'ip link'), point).not.toContain('lan0');
  }
  await insula('netif', 'add', 'b2', 'lan0', '--device', 'br0', '--addresses', '198.51.100.60/24');
  await fault('ve.netif.remove:2:done');
  await node.api.call('DELETE', '/v1/ves/b2/interfaces/lan0').catch(() => undefined);
  await recover();
  expect(await reached('198.51.100.60')).toBe(true);
});
