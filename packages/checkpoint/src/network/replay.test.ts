import type { GuestLinkFacts, GuestNetwork } from '@insula/host';
import { expect, test } from 'vitest';
import { compileReplay } from './replay.ts';

const address = (local: string, changes: Partial<GuestLinkFacts['addresses'][number]> = {}) => ({
  family: 'inet' as const,
  local,
  prefixLength: 32,
  scope: 'global',
  label: 'eth0',
  isDynamic: false,
  ...changes,
});
const link = (changes: Partial<GuestLinkFacts> = {}): GuestLinkFacts => ({
  name: 'eth0',
  kind: 'veth',
  index: 2,
  address: '06:49:4e:00:00:65',
  master: null,
  parent: null,
  settings: {},
  isUp: true,
  mtu: 1500,
  addresses: [address('10.1.0.2')],
  ...changes,
});
const network = (changes: Partial<GuestNetwork> = {}): GuestNetwork => ({
  links: [link()],
  routes: {
    '4': [
      'default via 169.254.101.1 dev eth0',
      'local 10.1.0.2 dev eth0 table local proto kernel scope host src 10.1.0.2',
    ],
    '6': ['fe80::/64 dev eth0 proto kernel metric 256 pref medium'],
  },
  rules: { '4': ['0:\tfrom all lookup local', '32766:\tfrom all lookup main'], '6': [] },
  neighbours: ['169.254.101.1 dev eth0 lladdr 06:49:4e:00:00:65 PERMANENT'],
  ruleset: '',
  legacyTables: { '4': '', '6': '' },
  sysctls: { 'net.ipv4.ip_forward': '0', 'net.ipv4.tcp_retries2': '15' },
  ...changes,
});

test('a network that nobody changed needs nothing', () => {
  expect(compileReplay(network(), network())).toEqual({
    lines: { '4': [], '6': [] },
    ruleset: '',
    legacyTables: { '4': '', '6': '' },
    sysctls: {},
  });
});

test('what was added inside is added, what was removed is removed', () => {
  const saved = network({
    links: [
      link({
        mtu: 1400,
        addresses: [
          address('10.9.9.1', { prefixLength: 24 }),
          address('2001:db8::1', { family: 'inet6', prefixLength: 64, label: null }),
        ],
      }),
    ],
    routes: {
      '4': [
        '10.8.0.0/16 via 10.9.9.7 dev eth0 proto static metric 7 linkdown',
        '10.7.0.0/16 dev eth0 table 77 scope link',
      ],
      '6': ['default via fe80::1 dev eth0 metric 1024 pref medium'],
    },
    rules: {
      '4': ['0:\tfrom all lookup local', '1000:\tfrom 10.9.9.1 lookup 77', '32766:\tfrom all lookup main'],
      '6': [],
    },
    neighbours: ['10.9.9.9 dev eth0 lladdr 02:00:00:00:00:09 PERMANENT'],
  });
  const { lines } = compileReplay(saved, network());
  expect(lines['4']).toEqual([
    'link set dev eth0 mtu 1400',
    'address delete 10.1.0.2/32 dev eth0 scope global',
    'address add 10.9.9.1/24 dev eth0 scope global',
    'neighbour replace 10.9.9.9 dev eth0 lladdr 02:00:00:00:00:09 nud permanent',
    'route delete default via 169.254.101.1 dev eth0',
    'route replace 10.7.0.0/16 dev eth0 table 77 scope link',
    'route replace 10.8.0.0/16 via 10.9.9.7 dev eth0 proto static metric 7',
    'rule add pref 1000 from 10.9.9.1 lookup 77',
  ]);
  expect(lines['6']).toEqual([
    'address add 2001:db8::1/64 dev eth0 scope global nodad',
    'route replace ::/0 via fe80::1 dev eth0 metric 1024 pref medium',
  ]);
});

test('a ruleset replaces what is there, and settings are written where they differ and exist', () => {
  const saved = network({
    ruleset: 'table inet mine {\n}\n',
    sysctls: { 'net.ipv4.ip_forward': '1', 'net.ipv4.tcp_retries2': '15', 'net.gone': '1' },
  });
  expect(compileReplay(saved, network())).toMatchObject({
    ruleset: 'flush ruleset\ntable inet mine {\n}\n',
    sysctls: { 'net.ipv4.ip_forward': '1' },
  });
});

test('links made inside are made again, in their order, with addresses and ports', () => {
  const bridge = link({
    name: 'br0',
    kind: 'bridge',
    index: 5,
    address: '02:00:00:00:00:05',
    settings: { stp_state: 0, vlan_filtering: 1, root_id: '8000.020000000005' },
    addresses: [address('10.5.0.1', { prefixLength: 24, label: 'br0' })],
  });
  const vlan = link({
    name: 'br0.7',
    kind: 'vlan',
    index: 6,
    address: null,
    parent: 'br0',
    settings: { protocol: '802.1Q', id: 7 },
    isUp: false,
    addresses: [],
  });
  const saved = network({ links: [vlan, link({ master: 'br0' }), bridge] });
  expect(compileReplay(saved, network()).lines['4']).toEqual([
    'link add name br0 index 5 address 02:00:00:00:00:05 type bridge stp_state 0 vlan_filtering 1',
    'link add link br0 name br0.7 index 6 type vlan id 7',
    'link set dev eth0 master br0',
    'link set dev br0.7 mtu 1500',
    'link set dev br0 mtu 1500',
    'link set dev br0 up',
    'address add 10.5.0.1/24 dev br0 scope global',
  ]);
});

test('a link whose index somebody else has by now gets another', () => {
  const dummy = link({ name: 'd0', kind: 'dummy', index: 2, address: null, isUp: false, addresses: [] });
  expect(compileReplay(network({ links: [link(), dummy] }), network()).lines['4'][0]).toBe(
    'link add name d0 type dummy',
  );
});
