import { fault, type InterfaceAdd, type InterfaceChange, type NetworkInterface } from '@insula/contract';
import { type Family, formatAddress, type ParsedAddress, parseAddress } from '../addresses/address.ts';
import type { NetworkConfig } from '../links.ts';

/** The node's end of a bridged interface, such as 'ins101n1'. At most the 15 characters that the kernel allows. */
export function portName(
  { interfacePrefix }: Pick<NetworkConfig, 'interfacePrefix'>,
  ctid: number,
  { index }: Pick<NetworkInterface, 'index'>,
): string {
  return `${interfacePrefix}${ctid}n${index}`;
}

/** Those that are ports of bridges. */
export function bridged(interfaces: readonly NetworkInterface[]): readonly NetworkInterface[] {
  return interfaces.filter(({ kind }) => kind === 'bridge');
}

/** The low half of the IPv6 addresses that a hardware address makes: modified EUI-64 (RFC 4291, appendix A). */
export function interfaceId(mac: string): bigint {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((part) => Number.parseInt(part, 16));
  const bytes = [a ^ 2, b, c, 0xff, 0xfe, d, e, f];
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The link-local address that goes with a hardware address, as a number. */
export function linkLocal(mac: string): bigint {
  return (0xfe80n << 112n) | interfaceId(mac);
}

/** A hardware address of 46 random bits: locally administered, for one machine. */
export function randomMac(random: Uint8Array): string {
  const [first = 0, ...rest] = random.slice(0, 6);
  return [(first & 0xfc) | 2, ...rest].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** The lowest number that no interface of the VE has. */
function freeIndex(interfaces: readonly Pick<NetworkInterface, 'index'>[]): number {
  const used = new Set(interfaces.map(({ index }) => index));
  let index = 1;
  while (used.has(index)) index += 1;
  return index;
}

/** The interface that is asked for; what is not said is as most want it. */
export function newInterface(
  wanted: InterfaceAdd & Pick<NetworkInterface, 'mac'>,
  others: readonly NetworkInterface[],
): NetworkInterface {
  const defaults = {
    kind: 'bridge',
    addresses: [],
    gateway: null,
    gateway6: null,
    dhcp: false,
    filter: true,
    mtu: null,
  } as const;
  return { ...defaults, addresses: [], ...wanted, index: freeIndex(others) };
}

/**
 * The interfaces of a clone: hardware addresses of their own, and no address that its origin has. A device of the node stays where it is.
 */
export function clonedInterfaces(
  interfaces: readonly NetworkInterface[],
  newMac: () => string,
): readonly NetworkInterface[] {
  return interfaces
    .filter(({ kind }) => kind !== 'device')
    .map((one) => ({ ...one, mac: newMac(), addresses: [], gateway: null, gateway6: null }));
}

/** @throws CodedError interface_not_found */
export function withChangedInterface(
  { name: ve, interfaces }: { readonly name: string; readonly interfaces: readonly NetworkInterface[] },
  name: string,
  change: InterfaceChange,
): readonly NetworkInterface[] {
  if (!interfaces.some((one) => one.name === name))
    throw fault('interface_not_found', { ve, interface: name });
  return interfaces.map((one) => (one.name === name ? { ...one, ...change } : one));
}

/**
 * Interfaces of one VE that make sense together.
 * @throws CodedError invalid_input (field `interfaces`)
 */
export function checkInterfaces(interfaces: readonly NetworkInterface[]): void {
  const refuse = (problem: string) => fault('invalid_input', { field: 'interfaces', problem });
  for (const key of ['name', 'index', 'mac'] as const) {
    const values = interfaces.map((one) => one[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) throw refuse(`two have the ${key} ${twice}`);
  }
  for (const one of interfaces) {
    const problem = problemOf(one);
    if (problem !== null) throw refuse(`${one.name}: ${problem}`);
  }
}

/** An address of an interface with the prefix that it lies in. */
export interface InterfaceAddress extends ParsedAddress {
  readonly text: string;
  readonly bits: number;
}

/** `ADDRESS/BITS`; null for anything else, or when it is written otherwise than it should be. */
export function parseInterfaceAddress(written: string): InterfaceAddress | null {
  const [text = '', length = ''] = written.split('/');
  const address = parseAddress(text);
  const bits = Number(length);
  if (address === null || formatAddress(address) !== text || !/^(?:0|[1-9]\d{0,2})$/.test(length))
    return null;
  return bits >= 1 && bits <= widthOf(address.family) ? { ...address, text, bits } : null;
}

function widthOf(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

function problemOf(one: NetworkInterface): string | null {
  if (one.filter && one.kind !== 'bridge')
    return `the node cannot filter what goes through a ${one.kind}: turn the filter off, or use a bridge`;
  const addresses: InterfaceAddress[] = [];
  for (const written of one.addresses) {
    const address = parseInterfaceAddress(written);
    if (address === null) return `${written} is no address with the length of its prefix`;
    const size = 1n << BigInt(widthOf(address.family) - address.bits);
    const offset = address.value % size;
    if (address.family === 'ipv4' && size > 2n && (offset === 0n || offset === size - 1n))
      return `${written} is the address of the network itself, or of everybody there`;
    addresses.push(address);
  }
  const texts = addresses.map(({ text }) => text);
  if (new Set(texts).size !== texts.length) return 'an address is named twice';
  return gatewayProblem(one.gateway, 'ipv4', addresses) ?? gatewayProblem(one.gateway6, 'ipv6', addresses);
}

function gatewayProblem(
  gateway: string | null,
  family: Family,
  addresses: readonly InterfaceAddress[],
): string | null {
  if (gateway === null) return null;
  const router = parseAddress(gateway);
  if (router === null || router.family !== family) return `${gateway} is no ${family} address`;
  if (family === 'ipv6' && router.value >> 118n === 0x3fan) return null;
  const isNear = addresses.some((own) => {
    const shift = BigInt(widthOf(family) - own.bits);
    return own.family === family && own.value >> shift === router.value >> shift;
  });
  return isNear ? null : `the gateway ${gateway} lies in the network of none of its addresses`;
}

/**
 * Interfaces are joined only to what the node's configuration names: a VE on any other device could listen to the node's own
 * networks, or take one away.
 * @throws CodedError invalid_input (field `device`)
 */
export function refuseUnattachable(
  { network }: NetworkConfig,
  interfaces: readonly Pick<NetworkInterface, 'name' | 'kind' | 'device'>[],
): void {
  const lists = { bridge: 'bridges', macvlan: 'parents', device: 'devices' } as const;
  for (const { name, kind, device } of interfaces) {
    const list = lists[kind];
    if (network.attachable[list].includes(device)) continue;
    const problem = `${device} of interface ${name} is not in network.attachable.${list} of this node`;
    throw fault('invalid_input', { field: 'device', problem });
  }
}
