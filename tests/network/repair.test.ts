import { beforeAll, expect, test } from 'vitest';
import { eventually, Internet, startProgram, useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['busybox'],
  config: {
    network: {
      pools: [
        { name: 'public', prefix: '192.0.2.0/24', ranges: ['192.0.2.32/30'], exclude: [], reserve: [] },
      ],
    },
  },
});
const link = async () => `${node.config.interfacePrefix}${(await node.show('r1')).ctid}`;
const answers = async () => {
  const [address = ''] = (await node.show('r1')).addresses;
  return (await node.namespace.attempt('ping', '-c1', '-W1', address)).code === 0;
};
const finds = async ({ namespace }: Internet, address: string) =>
  (await namespace.attempt('ping', '-c1', '-W1', address)).code === 0;

beforeAll(async () => {
  await node.create({
    name: 'r1',
    template: 'busybox',
    addresses: ['pool:default', 'pool:public'],
    rates: ['out:1:100000'],
    start: true,
  });
  await node.wait('r1');
});

test('a link that somebody deletes is there again, and so is everything on it', async () => {
  expect(await answers()).toBe(true);
  const { init } = await node.status('r1');
  await node.runOnNode('ip', 'link', 'delete', await link());
  await eventually('the VE answers again', answers);
  expect(await node.inside('r1', 'ip route')).toContain('default via');
  expect(await node.runOnNode('tc', 'qdisc', 'show', 'dev', await link())).toContain('ingress');
  expect((await node.status('r1')).init).toBe(init);
});

test('a link that is gone while no daemon runs is made by the next one', async () => {
  const name = await link();
  await node.kill9();
  await node.runOnNode('ip', 'link', 'delete', name);
  await node.start();
  await eventually('the VE answers again', answers);
});

test('rules that somebody flushes are there again without a daemon’s or a VE’s start', async () => {
  const spoofs = async () => {
    await node.inside('r1', 'ip address add 203.0.113.9/32 dev eth0');
    const { code } = await node.exec('r1', `ping -c1 -W1 -I 203.0.113.9 ${node.config.network.gateway}`);
    await node.inside('r1', 'ip address del 203.0.113.9/32 dev eth0');
    return code === 0;
  };
  await node.runOnNode('ip', 'route', 'add', '203.0.113.9/32', 'dev', await link());
  expect(await spoofs()).toBe(false);
  await node.runOnNode('nft', 'flush', 'ruleset');
  await eventually('the table is back', async () =>
    (await node.runOnNode('nft', 'list', 'ruleset')).includes(`table inet ${node.config.network.table}`),
  );
  expect(await spoofs()).toBe(false);
  expect(await answers()).toBe(true);
});

test('no ping is lost while the daemon goes and comes, however it goes', async () => {
  const [address = ''] = (await node.show('r1')).addresses;
  const ping = startProgram(node.namespace.argv(['ping', '-i', '0.02', '-c', '400', '-W', '2', address]));
  await node.restart();
  await node.kill9();
  await node.start();
  await ping.ended;
  expect(ping.output().stdout).toContain('400 packets transmitted, 400 received, 0% packet loss');
});

test('a network that comes up later finds the VEs that have addresses in it', async () => {
  const internet = await Internet.behind(node.namespace);
  try {
    await eventually('the node answers for the VE', async () => await finds(internet, '192.0.2.32'));
  } finally {
    await internet.close();
  }
});

test('a network whose device gets another name still finds the VEs, and they it', async () => {
  const internet = await Internet.behind(node.namespace);
  try {
    await eventually('the node answers for the VE', async () => await finds(internet, '192.0.2.32'));
    await node.runOnNode('ip', 'link', 'set', 'uplink', 'down');
    await node.runOnNode('ip', 'link', 'set', 'uplink', 'name', 'wan0');
    await node.runOnNode('ip', 'link', 'set', 'wan0', 'up');
    await eventually('the node answers for it again', async () => await finds(internet, '192.0.2.32'));
    expect(await node.exec('r1', `ping -c1 -W1 ${internet.serverAddress}`)).toMatchObject({ code: 0 });
  } finally {
    await internet.close();
  }
});

test('a VE that is stopped while its link is deleted stays down', async () => {
  const name = await link();
  await node.act('kill', 'r1');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await node.status('r1')).state).toBe('stopped');
  expect(await node.runOnNode('ip', '-o', 'link')).not.toContain(name);
});
