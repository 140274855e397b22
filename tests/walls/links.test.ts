import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, Internet, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });
let internet: Internet;

beforeAll(async () => {
  internet = await Internet.behind(node.namespace);
  await node.create({ name: 'd1', start: true });
  await node.create({ name: 'b1', template: 'busybox' });
  await node.act('mount', 'b1');
  await node.act('unmount', 'b1');
  await node.act('start', 'b1');
  await node.wait('d1');
  await node.wait('b1');
  await node.inside(
    'b1',
    'mkdir -p /srv/www && echo "page of b1" > /srv/www/index.html && httpd -h /srv/www',
  );
});
afterAll(async () => await internet.close());

const addressOf = async (ve: string) => (await node.show(ve)).addresses[0] ?? '';

/** Connects from inside and answers the first line that the other side says. */
const says = async (ve: string, address: string, port = 7000) =>
  await node.exec(ve, ['timeout', '5', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}; head -n 1 <&3`]);

const fetch = async (address: string) =>
  await node.namespace.attempt('curl', '--silent', '--max-time', '5', `http://${address}/`);

/** Sends a datagram with a source address of our choice. */
const send = async (ve: string, source: string, text: string) =>
  await node.exec(ve, [
    'perl',
    '-MIO::Socket::INET',
    '-e',
    `my $s = IO::Socket::INET->new(Proto => "udp", LocalAddr => "${source}", PeerAddr => "${internet.serverAddress}:7001") or die "no socket: $!"; $s->send("${text}")`,
  ]);

describe('reach', () => {
  test('a VE has one link, its addresses and one way out', async () => {
    const address = await addressOf('b1');
    expect(await node.inside('b1', 'ip -4 -o addr show dev eth0')).toContain(`inet ${address}/32`);
    expect(await node.inside('b1', 'ip route')).toContain(
      `default via ${node.config.network.gateway} dev eth0`,
    );
    expect(await node.inside('b1', 'cat /proc/net/if_inet6 | grep eth0 | wc -l')).toBe('0');
  });
});

describe('walls', () => {
  test('a VE sends under its own address only', async () => {
    await send('d1', await addressOf('d1'), 'honest');
    await eventually('the datagram', () => internet.heard.includes(`${internet.nodeAddress} honest`));
    const others = [
      await addressOf('b1'),
      '198.51.100.7',
      internet.serverAddress,
      node.config.network.gateway,
    ];
    for (const address of others) {
      await node.exec(
        'd1',
        `ip addr add ${address}/32 dev eth0; ip route replace ${internet.serverAddress} via ${node.config.network.gateway} dev eth0 2>/dev/null`,
      );
      await send('d1', address, `false ${address}`);
      await node.exec('d1', `ip addr del ${address}/32 dev eth0`);
    }
    // with the gateway's address on its own link the VE has made itself deaf
    await node.act('restart', 'd1');
    await node.wait('d1');
    await send('d1', await addressOf('d1'), 'honest again');
    await eventually('the datagram', () => internet.heard.includes(`${internet.nodeAddress} honest again`));
    expect(internet.heard.filter((line) => line.includes('false'))).toEqual([]);
  });

  test('a VE that changes its hardware address disturbs only itself', async () => {
    await node.exec(
      'd1',
      'ip link set eth0 down; ip link set eth0 address 02:00:00:00:00:01; ip link set eth0 up',
    );
    expect(await fetch(await addressOf('b1'))).toMatchObject({ stdout: 'page of b1\n' });
    await node.act('restart', 'd1');
    await node.wait('d1');
    expect((await says('d1', internet.serverAddress)).stdout).toBe(`${internet.nodeAddress}\n`);
  });

  test('IPv6 of a VE reaches nobody', async () => {
    await node.exec('d1', 'ip -6 addr add 2001:db8::5/64 dev eth0; ip -6 route add default dev eth0');
    const ping = await node.exec('d1', ['timeout', '3', 'bash', '-c', 'echo > /dev/tcp/ff02::1%eth0/7000']);
    expect(ping.code).not.toBe(0);
    const neighbours = await node.runOnNode('ip', '-6', 'neigh', 'show');
    expect(neighbours).not.toContain('2001:db8::5');
  });
});

describe('the network and the node', () => {
  test('links, routes and rules go with the VE and come back with it', async () => {
    const address = await addressOf('b1');
    await node.act('stop', 'b1');
    expect((await fetch(address)).code).not.toBe(0);
    expect(await node.runOnNode('ip', 'route')).not.toContain(address);
    await node.act('start', 'b1');
    await node.wait('b1');
    expect(await fetch(address)).toMatchObject({ stdout: 'page of b1\n' });
  });

  test('a stream that goes through the node is not cut by a restart of the daemon', async () => {
    const stream = await counting('d1');
    await node.restart();
    await node.kill9();
    await node.start();
    await stream.goesOn();
    await stream.close();
  });

  test('rules that somebody flushed are made again when the daemon or a VE starts', async () => {
    await node.runOnNode('nft', 'flush', 'ruleset');
    await node.act('restart', 'b1');
    expect((await says('d1', internet.serverAddress)).stdout).toBe(`${internet.nodeAddress}\n`);
    await node.runOnNode('nft', 'flush', 'ruleset');
    await node.restart();
    expect((await says('d1', internet.serverAddress)).stdout).toBe(`${internet.nodeAddress}\n`);
    await node.exec('d1', 'ip addr add 198.51.100.9/32 dev eth0');
    await send('d1', '198.51.100.9', 'false after flush');
    await send('d1', await addressOf('d1'), 'honest after flush');
    await eventually('the datagram', () =>
      internet.heard.some((line) => line.endsWith('honest after flush')),
    );
    expect(internet.heard.filter((line) => line.includes('false'))).toEqual([]);
  });

  test('a VE may have several addresses, or none', async () => {
    const [first, second] = ['.2.10', '.2.11'].map((end) => node.config.network.pool.replace('.0.0/22', end));
    const addresses = [first ?? '', second ?? ''];
    await node.create({ name: 'two', template: 'busybox', addresses, start: true });
    for (const address of addresses) {
      expect((await node.namespace.attempt('ping', '-c', '1', '-W', '5', address)).code).toBe(0);
    }
    await node.create({ name: 'none', template: 'busybox', addresses: [], start: true });
    expect(await node.inside('none', 'ip -4 -o addr show dev eth0 | wc -l')).toBe('0');
    const taken = await node.api.refused('POST', '/v1/ves', { template: 'busybox', addresses: [first] });
    expect(taken).toMatchObject({ code: 'address_taken', details: { address: first, ve: 'two' } });
    const outside = await node.api.refused('POST', '/v1/ves', {
      template: 'busybox',
      addresses: ['192.0.2.9'],
    });
    expect(outside).toMatchObject({ code: 'invalid_input', details: { field: 'addresses' } });
  });
});

/** A TCP connection from inside a VE to a server that counts. */
async function counting(ve: string) {
  const stream = await node.openExec(ve, { command: ['bash', '-c', 'true'] });
  await stream.exit();
  await node.inside(
    ve,
    `setsid bash -c 'exec 3<>/dev/tcp/${internet.serverAddress}/7000; cat <&3 > /root/counted' >/dev/null 2>&1 < /dev/null &`,
  );
  const last = async () => Number((await node.inside(ve, 'tail -n 1 /root/counted')).trim());
  await eventually('the count begins', async () => (await last()) > 3);
  return {
    async goesOn() {
      const now = await last();
      await eventually('the count goes on', async () => (await last()) > now + 5);
    },
    async close() {
      await node.exec(ve, 'pkill -f counted');
    },
  };
}
