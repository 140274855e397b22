import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compileGuestBatch,
  compileHostBatch,
  compilePoolRoute,
  compilePoolRouteRemoval,
} from './compile-links.ts';
import { hostLinkName, linkMacs, type NetworkConfig } from './links.ts';

const config: NetworkConfig = {
  interfacePrefix: 'ins',
  network: { pool: '10.101.0.0/16', gateway: '169.254.101.1', nat: true, table: 'insula', dns: [] },
};
const ve = { ctid: 101, addresses: ['10.101.0.2', '10.101.7.9'] };

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

test('a pool behind NAT is unreachable where no VE has the address', () => {
  expect(compilePoolRoute(config)).toBe(
    'route replace unreachable 10.101.0.0/16 metric 1048576 proto kernel',
  );
  expect(compilePoolRouteRemoval(config)).toEqual([
    'route replace unreachable 10.101.0.0/16 metric 1048576 proto kernel',
    'route delete unreachable 10.101.0.0/16 metric 1048576 proto kernel',
  ]);
});

test('a pool that is routed from outside is left to the routes there are', () => {
  const routed = { ...config, network: { ...config.network, nat: false } };
  expect(compilePoolRoute(routed)).toBeNull();
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
