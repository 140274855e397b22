import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  eventually,
  makeNetworkNamespace,
  type NetworkNamespace,
  newTag,
  removeNetworkNamespace,
  run,
  startProgram,
  useNode,
} from '../harness/index.ts';

// five addresses: two VEs have one each, the node its own
const node = useNode({
  templates: ['busybox'],
  config: { network: { pool: '10.88.0.0/29', dns: ['192.0.2.53'] } },
});

const outsideTag = newTag();
const nodeAddress = '198.51.100.1';
const outsideAddress = '198.51.100.2';
let outside: NetworkNamespace;
let first = '';
let second = '';

/** A namespace of its own behind the node, as the world is: it knows no route to the VEs. */
async function makeOutside(): Promise<void> {
  outside = await makeNetworkNamespace(outsideTag);
  const ip = async (...args: readonly string[]) => await node.namespace.run('ip', ...args);
  await ip('link', 'add', 'world', 'type', 'veth', 'peer', 'name', 'node', 'netns', outside.name);
  await ip('address', 'add', `${nodeAddress}/24`, 'dev', 'world');
  await ip('link', 'set', 'dev', 'world', 'up');
  await outside.run('ip', 'address', 'add', `${outsideAddress}/24`, 'dev', 'node');
  await outside.run('ip', 'link', 'set', 'dev', 'node', 'up');
  await ip('route', 'replace', 'default', 'via', outsideAddress);
}

beforeAll(async () => {
  await makeOutside();
  for (const name of ['b1', 'b2']) {
    await node.create({ name, template: 'busybox', start: true });
    await node.wait(name);
  }
  first = (await node.show('b1')).addresses[0] ?? '';
  second = (await node.show('b2')).addresses[0] ?? '';
});

afterAll(async () => {
  await removeNetworkNamespace(outsideTag);
});

/** Serves one line to each that connects, for as long as the VE runs. */
async function serve(ve: string, port: number): Promise<void> {
  await node.inside(ve, `nc -ll -p ${port} -e echo served by ${ve} > /dev/null 2>&1 &`);
  await eventually('it listens', async () => (await node.inside(ve, 'netstat -ltn')).includes(`:${port} `));
}

const connect = (address: string, port: number) => `nc -w 3 ${address} ${port} < /dev/null`;

describe('who reaches whom', () => {
  test('a VE is reachable from its node', async () => {
    await serve('b1', 8080);
    const fetched = await node.runOnNode('busybox', 'sh', '-c', connect(first, 8080));
    expect(fetched).toBe('served by b1\n');
    expect(await node.runOnNode('ping', '-c1', '-W2', first)).toContain(' 0% packet loss');
  });

  test('a VE reaches another VE and its node', async () => {
    expect(await node.inside('b2', connect(first, 8080))).toBe('served by b1');
    expect(await node.inside('b2', `ping -c1 -W2 ${nodeAddress}`)).toContain(' 0% packet loss');
  });

  test('the world sees the address of the node, not that of the VE', async () => {
    const listener = startProgram(
      outside.argv(['busybox', 'nc', '-ll', '-p', '9000', '-e', 'busybox', 'netstat', '-tn']),
    );
    await eventually('it listens', async () => (await outside.run('ss', '-ltn')).includes(':9000 '));
    const connections = await node.inside('b1', connect(outsideAddress, 9000));
    expect(connections).toMatch(new RegExp(`${outsideAddress}:9000 +\\S*${nodeAddress}:\\d+ `));
    expect(connections).not.toContain(first);
    listener.child.kill('SIGKILL');
    await listener.ended;
  });

  test('an address of the pool that no VE has leads nowhere, and the node tells so at once', async () => {
    const { code, stderr } = await node.exec('b1', 'ping -c1 -W3 10.88.0.6');
    expect(code).not.toBe(0);
    expect(stderr).toBe('');
  });
});

describe('a VE that lies about its address', () => {
  /** Packets that the node dropped at its door so far. */
  async function dropped(): Promise<number> {
    const table = await node.runOnNode('nft', 'list', 'table', 'inet', node.config.network.table);
    const counts = [...table.matchAll(/counter packets (\d+)/g)].map(([, count]) => Number(count));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  test('is not heard, whether it takes a stranger’s address or that of another VE', async () => {
    for (const address of ['203.0.113.7', second]) {
      const before = await dropped();
      await node.inside('b1', `ip address add ${address}/32 dev eth0`);
      const lie = await node.exec('b1', `ping -c2 -W1 -I ${address} ${nodeAddress}`);
      expect(lie.code).not.toBe(0);
      expect(await dropped()).toBeGreaterThan(before);
      await node.inside('b1', `ip address del ${address}/32 dev eth0`);
    }
    expect(await node.inside('b1', `ping -c1 -W2 ${nodeAddress}`)).toContain(' 0% packet loss');
  });

  test('does not draw the packets of another VE to itself', async () => {
    await node.inside('b1', `ip address add ${second}/32 dev eth0; arping -c2 -U -I eth0 ${second}; true`);
    await serve('b2', 8081);
    expect(await node.runOnNode('busybox', 'sh', '-c', connect(second, 8081))).toBe('served by b2\n');
    await node.inside('b1', `ip address del ${second}/32 dev eth0`);
  });
});

describe('addresses', () => {
  const create = (body: object) => ({ template: 'busybox', ...body });

  test('one can be chosen; one that is taken, outside the pool or no address is refused', async () => {
    const chosen = await node.create({ name: 'b5', template: 'busybox', addresses: ['10.88.0.5'] });
    expect(chosen.addresses).toEqual(['10.88.0.5']);
    const refuse = async (addresses: readonly string[]) =>
      await node.api.refused('POST', '/v1/ves', create({ name: 'no', addresses }));
    expect(await refuse([first])).toMatchObject({
      code: 'address_taken',
      details: { address: first, ve: 'b1' },
    });
    for (const addresses of [
      ['192.0.2.1'],
      ['10.88.0.0'],
      ['10.88.0.1'],
      ['10.88.0.7'],
      ['10.88.0.4/29'],
      ['x'],
    ])
      expect(await refuse(addresses)).toMatchObject({ code: 'invalid_input' });
    expect(await refuse(['10.88.0.4', '10.88.0.4'])).toMatchObject({ code: 'invalid_input' });
    await node.destroy('b5');
  });

  test('when all are given out the next VE is refused, and one that is freed is given again', async () => {
    for (const name of ['c1', 'c2', 'c3']) await node.create({ name, template: 'busybox' });
    expect(await node.api.refused('POST', '/v1/ves', create({ name: 'c4' }))).toMatchObject({
      code: 'no_address',
      status: 507,
    });
    const { code } = await node.insula(['create', 'c4', '--template', 'busybox']);
    expect(code).toBe(6);
    const freed = (await node.show('c2')).addresses;
    await node.destroy('c2');
    expect((await node.create({ name: 'c4', template: 'busybox' })).addresses).toEqual(freed);
    for (const name of ['c1', 'c3', 'c4']) await node.destroy(name);
  });

  test('a VE without an address has no way out, and is run all the same', async () => {
    await node.create({ name: 'mute', template: 'busybox', addresses: [], start: true });
    expect((await node.exec('mute', `ping -c1 -W1 ${nodeAddress}`)).code).not.toBe(0);
    expect(await node.inside('mute', 'ping -c1 -W2 127.0.0.1')).toContain(' 0% packet loss');
    await node.destroy('mute');
  });
});

describe('names inside', () => {
  test('host name, hosts and resolver agree with the settings', async () => {
    const { insula } = { insula: async (...args: string[]) => await node.insula(args) };
    expect(
      await insula('set', 'b2', '--hostname', 'shop.example.org', '--dns-servers', '192.0.2.1'),
    ).toMatchObject({ code: 0 });
    await node.act('restart', 'b2');
    await node.wait('b2');
    expect(await node.inside('b2', 'hostname')).toBe('shop.example.org');
    expect(await node.inside('b2', 'cat /etc/hostname')).toBe('shop.example.org');
    expect(await node.inside('b2', 'cat /etc/hosts')).toContain(`${second} shop.example.org shop`);
    expect(await node.inside('b2', 'cat /etc/resolv.conf')).toContain('nameserver 192.0.2.1');
    expect(await node.inside('b1', 'cat /etc/resolv.conf')).toContain('nameserver 192.0.2.53');
    expect(await node.inside('b2', 'ping -c1 -W2 shop')).toContain(second);
  });

  test('lines that people wrote into hosts and resolv.conf stay over a restart', async () => {
    await node.inside('b1', 'echo 192.0.2.77 mine >> /etc/hosts; sed -i "1i # first" /etc/resolv.conf');
    await node.act('restart', 'b1');
    await node.wait('b1');
    const hosts = await node.inside('b1', 'cat /etc/hosts');
    expect(hosts).toContain('192.0.2.77 mine');
    expect(hosts.match(/^# --- insula ---$/gm)).toHaveLength(1);
    expect(await node.inside('b1', 'head -1 /etc/resolv.conf')).toBe('# first');
  });

  test('a link in the place of such a file is not followed out of the VE', async () => {
    const victim = `${node.paths.dir}/victim`;
    writeFileSync(victim, 'untouched');
    await node.inside(
      'b1',
      `rm /etc/hosts /etc/hostname; ln -s ../../../../../..${victim} /etc/hosts; ln -s ${victim} /etc/hostname`,
    );
    const { code, stderr } = await node.insula(['restart', 'b1']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
  });
});

test('the network is there again after the daemon was killed, without the VEs noticing', async () => {
  await node.kill9();
  expect(await node.runOnNode('ping', '-c1', '-W2', second)).toContain(' 0% packet loss');
  await node.start();
  expect(await node.runOnNode('ping', '-c1', '-W2', second)).toContain(' 0% packet loss');
  const rules = await run(node.namespace.argv(['nft', 'list', 'ruleset']));
  expect(rules.match(/^table inet /gm)).toHaveLength(1);
});
