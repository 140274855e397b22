import { CodedError, type NetworkInterface } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeConfig } from '../fake-network.ts';
import {
  checkInterfaces,
  clonedInterfaces,
  interfaceId,
  linkLocal,
  newInterface,
  parseInterfaceAddress,
  portName,
  randomMac,
  refuseUnattachable,
} from './interface.ts';

const lan = (change: Partial<NetworkInterface> = {}): NetworkInterface => ({
  ...newInterface({ name: 'lan0', device: 'br0', mac: '02:00:00:00:00:01' }, []),
  ...change,
});
const problemOf = (...interfaces: readonly NetworkInterface[]) => {
  try {
    checkInterfaces(interfaces);
    return null;
  } catch (error) {
    return error instanceof CodedError ? error.message : String(error);
  }
};

test('the longest name of a port has the 15 characters that the kernel takes', () => {
  const longest = portName({ interfacePrefix: 'abcdef' }, 999_999, { index: 99 });
  expect(longest).toBe('abcdef999999n99');
  expect(longest).toHaveLength(15);
});

test('a hardware address makes the link-local address of RFC 4291', () => {
  expect(interfaceId('34:56:78:9a:bc:de').toString(16)).toBe('365678fffe9abcde');
  expect(linkLocal('34:56:78:9a:bc:de').toString(16)).toBe('fe80000000000000365678fffe9abcde');
});

test('random hardware addresses are for one machine, and locally administered', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
      const mac = randomMac(bytes);
      expect(mac).toMatch(/^[0-9a-f][26ae](?::[0-9a-f]{2}){5}$/);
      expect(problemOf(lan({ mac }))).toBeNull();
    }),
  );
});

test('the next interface has the lowest free number', () => {
  const others = [lan({ index: 1 }), lan({ index: 3 })];
  expect(newInterface({ name: 'x', device: 'br0', mac: '02:00:00:00:00:02' }, others).index).toBe(2);
});

test('interfaces of one VE are told from each other', () => {
  expect(problemOf(lan(), lan({ index: 2, mac: '02:00:00:00:00:02' }))).toContain('name lan0');
  expect(problemOf(lan(), lan({ name: 'b', mac: '02:00:00:00:00:02' }))).toContain('index 1');
  expect(problemOf(lan(), lan({ name: 'b', index: 2 }))).toContain('mac');
});

test.for([
  [{ addresses: ['192.0.2.10/24', '2001:db8::1/64'], gateway: '192.0.2.1', gateway6: 'fe80::1' }, null],
  [{ addresses: ['192.0.2.0/31'] }, null],
  [{ addresses: ['192.0.2.0/24'] }, 'the network itself'],
  [{ addresses: ['192.0.2.255/24'] }, 'everybody there'],
  [{ addresses: ['192.0.2.1/33'] }, 'no address'],
  [{ addresses: ['192.0.2.1/0'] }, 'no address'],
  [{ addresses: ['192.0.2.01/24'] }, 'no address'],
  [{ addresses: ['2001:db8:0::1/64'] }, 'no address'],
  [{ addresses: ['192.0.2.1/24', '192.0.2.1/25'] }, 'named twice'],
  [{ gateway: '192.0.2.1' }, 'lies in the network of none'],
  [{ addresses: ['192.0.2.10/25'], gateway: '192.0.2.200' }, 'lies in the network of none'],
  [{ addresses: ['192.0.2.10/24'], gateway6: '2001:db8::1' }, 'lies in the network of none'],
  [{ kind: 'macvlan' }, 'cannot filter'],
  [{ kind: 'macvlan', filter: false }, null],
] as const)('%j: %s', ([change, problem]) => {
  const found = problemOf(lan(change as unknown as Partial<NetworkInterface>));
  if (problem === null) expect(found).toBeNull();
  else expect(found).toContain(problem);
});

test('text that is no address of an interface never becomes one', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const address = parseInterfaceAddress(text);
      if (address !== null) expect(`${address.text}/${address.bits}`).toBe(text);
    }),
  );
});

test('a clone has hardware addresses of its own, no address of its origin and no device of the node', () => {
  const origin = [
    lan({ addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' }),
    lan({ kind: 'device', device: 'eth1', name: 'nic0', index: 2, mac: '02:00:00:00:00:02' }),
  ];
  expect(clonedInterfaces(origin, () => '02:00:00:00:00:77')).toEqual([lan({ mac: '02:00:00:00:00:77' })]);
});

test('a device that the node does not name is nothing to be joined to, nor one that it names for something else', () => {
  const config = fakeConfig({ attachable: { bridges: ['br0'], parents: ['eth1'], devices: [] } });
  refuseUnattachable(config, [lan(), lan({ kind: 'macvlan', device: 'eth1' })]);
  for (const one of [
    lan({ device: 'br1' }),
    lan({ kind: 'device', device: 'eth1' }),
    lan({ device: 'eth1' }),
  ])
    expect(() => refuseUnattachable(config, [one])).toThrow('network.attachable');
});
