import { beforeAll, expect, test } from 'vitest';
import { run, useNode } from '../harness/index.ts';

/** What root of a VE does with its own network, with the tools of a real system. */
const node = useNode({
  templates: ['debian-12', 'busybox'],
  config: {
    network: {
      pools: [{ name: 'six', prefix: 'fd00:88::/64', exclude: [], reserve: [] }],
    },
  },
});

beforeAll(async () => {
  await node.create({ name: 'i1', start: true });
  await node.create({ name: 'peer', template: 'busybox', start: true });
  for (const ve of ['i1', 'peer']) await node.wait(ve);
});

const addressOf = async (ve: string) => (await node.show(ve)).addresses[0] ?? '';
const pings = async (from: string, to: string) =>
  (await node.exec(from, `ping -c1 -W2 ${to}`)).stdout.includes(' 0% packet loss');
/** Tools of the node as root of the VE: its user and network namespace. */
const asRoot = async (ve: string, ...command: readonly string[]) => {
  const { init } = await node.status(ve);
  // of several at once only one may change tables; whoever runs in a VE has a lock of its own
  const env = { XTABLES_LOCKFILE: '/dev/null' };
  return await run(['nsenter', `--target=${init}`, '--user', '--net', '--', ...command], { env });
};

test('a VE has stateful rules and translation of its own, with nft', async () => {
  const peer = await addressOf('peer');
  await node.inside(
    'i1',
    `nft -f - <<'RULES'
table inet mine {
  chain in { type filter hook input priority 0; policy drop; ct state established,related accept; }
  chain away { type nat hook output priority -100; ip daddr 198.51.100.77 dnat ip to ${peer}; }
}
RULES`,
  );
  expect(await pings('i1', peer)).toBe(true);
  expect(await pings('i1', '198.51.100.77')).toBe(true);
  expect(await pings('peer', await addressOf('i1'))).toBe(false);
  await node.inside('i1', 'nft flush ruleset');
  expect(await pings('peer', await addressOf('i1'))).toBe(true);
});

test.for(['iptables-legacy', 'iptables-nft'])('a VE has rules of its own, with %s', async (tool) => {
  const [own, peer] = [await addressOf('i1'), await addressOf('peer')];
  const rule = ['INPUT', '-m', 'conntrack', '--ctstate', 'NEW', '-j', 'DROP'];
  const translation = [
    '-t',
    'nat',
    '-A',
    'OUTPUT',
    '-d',
    '198.51.100.78',
    '-j',
    'DNAT',
    '--to-destination',
    peer,
  ];
  await asRoot('i1', tool, '-A', ...rule);
  await asRoot('i1', tool, ...translation);
  expect(await pings('i1', '198.51.100.78')).toBe(true);
  expect(await pings('peer', own)).toBe(false);
  await asRoot('i1', tool, '-F');
  await asRoot('i1', tool, '-t', 'nat', '-F');
  expect(await pings('peer', own)).toBe(true);
});

test('a VE has tables and rules of routing, and routes with an MTU and a source of their own', async () => {
  await node.inside(
    'i1',
    'ip route add blackhole 203.0.113.0/24 table 100 && ip rule add to 203.0.113.0/24 lookup 100',
  );
  expect((await node.exec('i1', 'ip route get 203.0.113.7')).code).not.toBe(0);
  await node.inside('i1', 'ip rule del to 203.0.113.0/24 lookup 100');
  await node.api.perform('POST', '/v1/ves/i1/addresses', { addresses: ['pool:default'] });
  const second = (await node.show('i1')).addresses.findLast((address) => !address.includes(':')) ?? '';
  const peer = await addressOf('peer');
  await node.inside('i1', `ip route add ${peer}/32 via 169.254.101.1 dev eth0 src ${second} mtu lock 1300`);
  expect(await node.inside('i1', `ip route get ${peer}`)).toContain(`src ${second}`);
  expect(await pings('i1', peer)).toBe(true);
  expect((await node.exec('i1', `ping -c1 -W1 -M do -s 1400 ${peer}`)).code).not.toBe(0);
  await node.inside('i1', `ip route del ${peer}/32`);
});

test('settings below net are the VE’s own, and the node’s stay as they are', async () => {
  const before = await node.runOnNode('sysctl', '-n', 'net.ipv4.tcp_retries2');
  await node.inside('i1', 'sysctl -qw net.ipv4.tcp_retries2=5 net.ipv4.ip_forward=1 net.core.somaxconn=777');
  expect(await node.inside('i1', 'sysctl -n net.ipv4.tcp_retries2')).toBe('5');
  expect(await node.runOnNode('sysctl', '-n', 'net.ipv4.tcp_retries2')).toBe(before);
});

test('a VE makes itself privacy addresses where it has a prefix of its own', async () => {
  await node.inside(
    'i1',
    'ip link add own0 type veth peer name own1 && sysctl -qw net.ipv6.conf.own0.use_tempaddr=2 && ip link set own1 up && ip link set own0 up',
  );
  await node.inside('i1', 'ip -6 address add fd00:99::/64 dev own0 mngtmpaddr');
  expect(await node.inside('i1', 'ip -6 address show dev own0')).toMatch(
    /fd00:99:[0-9a-f:]+\/64 scope global temporary/,
  );
  await node.inside('i1', 'ip link delete own0');
});

test('a VE whose netfilter is disabled has none, neither by nft nor by the older tools; the rest of its network works', async () => {
  await node.api.perform('PATCH', '/v1/ves/i1', { netfilter: 'disabled' });
  expect((await node.exec('i1', 'nft list ruleset')).code).toBe(0);
  await node.act('restart', 'i1');
  await node.wait('i1');
  expect((await node.exec('i1', 'nft list ruleset')).stderr).toContain('Operation not permitted');
  const errorOf = async (call: string) =>
    await node.inside('i1', [
      'perl',
      '-e',
      `socket(my $s, 2, 3, 255) or die "no socket: $!"; my $r = ${call}; print $r ? "done" : $!`,
    ]);
  // SOL_IP, IPT_SO_SET_REPLACE, IPT_SO_GET_INFO
  expect(await errorOf('setsockopt($s, 0, 64, pack("x100"))')).toBe('Operation not permitted');
  expect(await errorOf('getsockopt($s, 0, 64)')).toBe('Operation not permitted');
  // IP_TTL
  expect(await errorOf('setsockopt($s, 0, 2, pack("l", 64))')).toBe('done');
  expect(await pings('i1', await addressOf('peer'))).toBe(true);
  await node.inside('i1', 'ip route add 203.0.113.0/24 via 169.254.101.1 dev eth0');
});
