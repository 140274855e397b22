import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePools } from './addresses/address-pool.ts';
import {
  compileGuestBatch,
  compileGuestChange,
  compileHostBatch,
  compileHostChange,
  compilePoolRouteRemoval,
  compilePoolRoutes,
} from './compile-links.ts';
import { fakeConfig, fakeLink } from './fake-network.ts';
import { hostLinkName, linkMacs } from './links.ts';

const config = fakeConfig();
const ve = fakeLink(101, ['10.101.0.2', '10.101.7.9']);

test('the node’s side of a VE’s link compiles to one batch', () => {
  expect(compileHostBatch(config, { ...ve, pid: 4242 })).toEqual([
    'link add name ins101 address 06:49:4e:00:00:65 type veth peer name eth0 address 02:49:4e:00:00:65 netns 4242',
    'link set dev ins101 addrgenmode none',
    'link set dev ins101 up',
    'address add 169.254.101.1/32 dev ins101 scope link',
    'neighbour replace 10.101.0.2 lladdr 02:49:4e:00:00:65 nud permanent dev ins101',
    'route replace 10.101.0.2/32 dev ins101 scope link',
    'neighbour replace 10.101.7.9 lladdr 02:49:4e:00:00:65 nud permanent dev ins101',
    'route replace 10.101.7.9/32 dev ins101 scope link',
  ]);
});

test('the VE’s side of its link compiles to one batch', () => {
  expect(compileGuestBatch(config, ve)).toEqual([
    'link set dev lo up',
    'link set dev eth0 addrgenmode none',
    'link set dev eth0 up',
    'neighbour replace 169.254.101.1 lladdr 06:49:4e:00:00:65 nud permanent dev eth0',
    'address replace 10.101.0.2/32 dev eth0',
    'address replace 10.101.7.9/32 dev eth0',
    'route replace 169.254.101.1/32 dev eth0 scope link',
    'route replace default via 169.254.101.1 dev eth0',
  ]);
});

const both = fakeLink(101, ['10.101.0.2', 'fd00:101::2']);

test('a VE with IPv6 has its gateway on the link, a route and a neighbour of its own', () => {
  expect(
    compileHostBatch(config, { ...both, pid: 1 }, [{ address: 'fd00:101::2', device: 'eth9' }]).slice(4),
  ).toEqual([
    'address replace fe80::1/64 dev ins101 nodad',
    'neighbour replace 10.101.0.2 lladdr 02:49:4e:00:00:65 nud permanent dev ins101',
    'route replace 10.101.0.2/32 dev ins101 scope link',
    'neighbour replace fd00:101::2 lladdr 02:49:4e:00:00:65 nud permanent dev ins101',
    'route replace fd00:101::2/128 dev ins101',
    'neighbour replace proxy fd00:101::2 dev eth9',
  ]);
  expect(compileGuestBatch(config, both).slice(4)).toEqual([
    'address replace 10.101.0.2/32 dev eth0',
    'address replace fd00:101::2/128 dev eth0 nodad',
    'route replace 169.254.101.1/32 dev eth0 scope link',
    'route replace default via 169.254.101.1 dev eth0',
    'neighbour replace fe80::1 lladdr 06:49:4e:00:00:65 nud permanent dev eth0',
    'route replace default via fe80::1 dev eth0',
  ]);
});

test('a change adds what is new and takes away what is gone, whether it is there or not', () => {
  const to = fakeLink(101, ['10.101.7.9', 'fd00:101::2']);
  const proxies = { gone: [{ address: '10.101.0.2', device: 'eth9' }], wanted: [] };
  expect(compileHostChange(config, ve, to, proxies)).toEqual([
    'neighbour replace proxy 10.101.0.2 dev eth9',
    'neighbour delete proxy 10.101.0.2 dev eth9',
    'neighbour replace 10.101.0.2 lladdr 02:49:4e:00:00:65 nud permanent dev ins101',
    'neighbour delete 10.101.0.2 lladdr 02:49:4e:00:00:65 dev ins101',
    'route replace 10.101.0.2/32 dev ins101 scope link',
    'route delete 10.101.0.2/32 dev ins101 scope link',
    'address replace fe80::1/64 dev ins101 nodad',
    'neighbour replace fd00:101::2 lladdr 02:49:4e:00:00:65 nud permanent dev ins101',
    'route replace fd00:101::2/128 dev ins101',
  ]);
  expect(compileGuestChange(config, ve, to)).toEqual([
    'address replace fd00:101::2/128 dev eth0 nodad',
    'neighbour replace fe80::1 lladdr 06:49:4e:00:00:65 nud permanent dev eth0',
    'route replace default via fe80::1 dev eth0',
    'address replace 10.101.0.2/32 dev eth0',
    'address delete 10.101.0.2/32 dev eth0',
  ]);
  expect(compileHostChange(config, ve, ve, { gone: [], wanted: [] })).toEqual([]);
  expect(compileGuestChange(config, both, both)).toEqual([]);
});

test('a pool behind NAT is unreachable where no VE has the address', () => {
  const pools = parsePools(config.network);
  expect(compilePoolRoutes(pools)).toEqual([
    'route replace unreachable 10.101.0.0/16 metric 1048576 proto kernel',
  ]);
  expect(compilePoolRouteRemoval(pools)).toEqual([
    'route replace unreachable 10.101.0.0/16 metric 1048576 proto kernel',
    'route delete unreachable 10.101.0.0/16 metric 1048576 proto kernel',
  ]);
});

test('a pool that is routed from outside is left to the routes there are', () => {
  const routed = parsePools({ ...config.network, nat: false });
  expect(compilePoolRoutes(routed)).toEqual([]);
  expect(compilePoolRouteRemoval(routed)).toEqual([]);
});

test('two CTIDs never share a link name or a hardware address, and all are local unicast', () => {
  const ctids = fc.integer({ min: 101, max: 999_999 });
  fc.assert(
    fc.property(ctids, ctids, (one, other) => {
      const all = [one, other].flatMap((ctid) => {
        const { host, guest } = linkMacs(ctid);
        return [host, guest];
      });
      for (const mac of all) {
        expect(mac).toMatch(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/);
        expect(Number.parseInt(mac.slice(0, 2), 16) & 0b11).toBe(0b10);
      }
      expect(new Set(all).size).toBe(one === other ? 2 : 4);
      expect(hostLinkName({ interfacePrefix: 'insula' }, one).length).toBeLessThanOrEqual(15);
    }),
  );
});
