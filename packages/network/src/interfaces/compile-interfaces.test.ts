import { expect, test } from 'vitest';
import { fakeConfig, fakeLink } from '../fake-network.ts';
import {
  compileAttachment,
  compileForwarding,
  compileInside,
  compileInsideChange,
  interfaceDifference,
} from './compile-interfaces.ts';
import { newInterface } from './interface.ts';

const config = fakeConfig();
const ve = fakeLink(101, ['10.101.0.2']);
const place = { pid: 7, mtu: 1500 };
const lan = newInterface(
  {
    name: 'lan0',
    device: 'br0',
    mac: '02:00:00:00:00:01',
    addresses: ['192.0.2.10/24', '2001:db8::10/64'],
    gateway: '192.0.2.1',
    gateway6: 'fe80::1',
    mtu: 1400,
  },
  [],
);

test('a port has the MTU of its bridge, whatever that inside is: else it would shrink that of all', () => {
  expect(compileAttachment(config, ve, lan, place)).toEqual([
    'link add name ins101n1 mtu 1500 type veth peer name lan0 address 02:00:00:00:00:01 mtu 1400 netns 7',
    'link set dev ins101n1 addrgenmode none',
    'link set dev ins101n1 master br0',
    'link set dev ins101n1 type bridge_slave learning off flood off',
    'link set dev ins101n1 up',
  ]);
  expect(compileForwarding(config, ve, lan)).toEqual([
    'fdb replace 02:00:00:00:00:01 dev ins101n1 master static',
  ]);
});

test('without a filter the bridge learns what is behind the port', () => {
  const open = { ...lan, filter: false };
  expect(compileAttachment(config, ve, open, place)).toContain(
    'link set dev ins101n1 type bridge_slave learning on flood on',
  );
  expect(compileForwarding(config, ve, open)).toEqual([]);
});

test('a macvlan device and one of the node are born, or moved, into the VE', () => {
  expect(compileAttachment(config, ve, { ...lan, kind: 'macvlan', device: 'eth1' }, place)).toEqual([
    'link add link eth1 name lan0 address 02:00:00:00:00:01 mtu 1400 netns 7 type macvlan mode private',
  ]);
  expect(compileAttachment(config, ve, { ...lan, kind: 'device', device: 'eth1' }, place)).toEqual([
    'link set dev eth1 netns 7 name lan0',
  ]);
});

test('the way out stays the routed link where that has an address, and is the interface where it has none', () => {
  expect(compileInside(ve, lan)).toEqual([
    'link set dev lan0 up',
    'address replace 192.0.2.10/24 dev lan0',
    'address replace 2001:db8::10/64 dev lan0 nodad',
    'route replace 0.0.0.0/0 via 192.0.2.1 dev lan0 metric 2001',
    'route replace ::/0 via fe80::1 dev lan0',
  ]);
  expect(compileInside(fakeLink(101, []), lan)).toContain('route replace 0.0.0.0/0 via 192.0.2.1 dev lan0');
});

test('a change makes again what goes with the first address of a network', () => {
  const to = { ...lan, addresses: ['192.0.2.11/24'], gateway6: null, mtu: null };
  expect(compileInsideChange(ve, ve, { from: lan, to }, 1500)).toEqual([
    'link set dev lan0 mtu 1500',
    'route replace ::/0 via fe80::1 dev lan0',
    'route delete ::/0 via fe80::1 dev lan0',
    'address replace 192.0.2.10/24 dev lan0',
    'address delete 192.0.2.10/24 dev lan0',
    'address replace 2001:db8::10/64 dev lan0 nodad',
    'address delete 2001:db8::10/64 dev lan0',
    'address replace 192.0.2.11/24 dev lan0',
    'route replace 0.0.0.0/0 via 192.0.2.1 dev lan0 metric 2001',
  ]);
});

test('an interface with another bridge or hardware address is another one; with other addresses it is the same', () => {
  const elsewhere = { ...lan, device: 'br1' };
  expect(interfaceDifference([lan], [elsewhere])).toMatchObject({
    added: [elsewhere],
    removed: [lan],
    changed: [],
  });
  const moved = { ...lan, addresses: [] };
  expect(interfaceDifference([lan], [moved])).toMatchObject({
    added: [],
    removed: [],
    changed: [{ from: lan, to: moved }],
  });
  expect(interfaceDifference([lan], [lan])).toMatchObject({ added: [], removed: [], changed: [] });
});
