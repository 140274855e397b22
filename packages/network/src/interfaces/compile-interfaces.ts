import type { NetworkInterface } from '@insula/contract';
import { type Family, familyOf } from '../addresses/address.ts';
import type { NetworkConfig } from '../links.ts';
import type { VeLink } from '../ve-link.ts';
import { portName } from './interface.ts';

/** What is known of the node when an interface is made. */
export interface Place {
  readonly pid: number;
  /** The MTU of the bridge, parent or device. */
  readonly mtu: number;
}

/**
 * Lines for `ip -batch` on the node that make an interface, its inner side born in the network namespace of `pid`.
 *
 * A port keeps the MTU of its bridge: a smaller one would make that of the whole bridge smaller. Below a macvlan parent the mode is
 * private: VEs and node hear nothing of each other there.
 */
export function compileAttachment(
  config: NetworkConfig,
  { ctid }: Pick<VeLink, 'ctid'>,
  one: NetworkInterface,
  { pid, mtu }: Place,
): readonly string[] {
  const { kind, name, device, mac } = one;
  const inside = `name ${name} address ${mac} mtu ${one.mtu ?? mtu} netns ${pid}`;
  switch (kind) {
    case 'bridge': {
      const port = portName(config, ctid, one);
      return [
        `link add name ${port} mtu ${mtu} type veth peer ${inside}`,
        `link set dev ${port} addrgenmode none`,
        ...compileJoining(config, { ctid }, one),
        `link set dev ${port} up`,
      ];
    }
    case 'macvlan':
      return [`link add link ${device} ${inside} type macvlan mode private`];
    case 'device':
      return [`link set dev ${device} netns ${pid} name ${name}`];
  }
}

/**
 * Joins a port to its bridge. Of a filtered one the bridge need learn nothing and guess nothing: it knows the one hardware address
 * there (`compileForwarding`), so that frames for others never reach the VE.
 */
export function compileJoining(
  config: NetworkConfig,
  { ctid }: Pick<VeLink, 'ctid'>,
  one: NetworkInterface,
): readonly string[] {
  const port = portName(config, ctid, one);
  const guess = one.filter ? 'off' : 'on';
  return [
    `link set dev ${port} master ${one.device}`,
    `link set dev ${port} type bridge_slave learning ${guess} flood ${guess}`,
  ];
}

/** Lines for `bridge -batch`. They go with the port. */
export function compileForwarding(
  config: NetworkConfig,
  { ctid }: Pick<VeLink, 'ctid'>,
  one: NetworkInterface,
): readonly string[] {
  return one.filter ? [`fdb replace ${one.mac} dev ${portName(config, ctid, one)} master static`] : [];
}

/** Lines for `ip -batch` inside that bring an interface up. Who has an address was asked before, so that nothing waits for an answer. */
export function compileInside(ve: VeLink, one: NetworkInterface): readonly string[] {
  return [
    `link set dev ${one.name} up`,
    ...one.addresses.map((address) => addressLine(one, address)),
    ...gatewayLines(ve, one),
  ];
}

/** Lines inside that turn an interface into another one with the same link; each succeeds whether its work is done or not. */
export function compileInsideChange(
  from: VeLink,
  to: VeLink,
  change: { readonly from: NetworkInterface; readonly to: NetworkInterface },
  mtu: number,
): readonly string[] {
  const [before, after] = [change.from, change.to];
  const less = before.addresses.filter((address) => !after.addresses.includes(address));
  const routes = { before: gatewayLines(from, before), after: gatewayLines(to, after) };
  const goneRoutes = routes.before.filter((line) => !routes.after.includes(line));
  return [
    ...(before.mtu === after.mtu ? [] : [`link set dev ${after.name} mtu ${after.mtu ?? mtu}`]),
    ...goneRoutes.flatMap(gone),
    // with the first address of a network go the others there, and the routes through it
    ...less.map((address) => addressLine(before, address)).flatMap(gone),
    ...after.addresses.map((address) => addressLine(after, address)),
    ...routes.after,
  ];
}

function addressLine({ name }: NetworkInterface, address: string): string {
  return `address replace ${address} dev ${name}${familyOf(address) === 'ipv6' ? ' nodad' : ''}`;
}

/** A way out through an interface. */
export interface InterfaceRoute {
  readonly family: Family;
  readonly to: string;
  readonly via: string;
  /** Behind the routed link, when that has addresses: it is the way out then. */
  readonly metric: number | null;
}

export function routesOf(ve: Pick<VeLink, 'addresses'>, one: NetworkInterface): readonly InterfaceRoute[] {
  return [one.gateway, one.gateway6].flatMap((via) => {
    if (via === null) return [];
    const family = familyOf(via);
    const isSecond = ve.addresses.some((address) => familyOf(address) === family);
    const to = family === 'ipv6' ? '::/0' : '0.0.0.0/0';
    return [{ family, to, via, metric: isSecond ? interfaceMetric + one.index : null }];
  });
}

function gatewayLines(ve: Pick<VeLink, 'addresses'>, one: NetworkInterface): readonly string[] {
  return routesOf(ve, one).map(
    ({ to, via, metric }) =>
      `route replace ${to} via ${via} dev ${one.name}${metric === null ? '' : ` metric ${metric}`}`,
  );
}

/** Metrics of the routes by which a VE leaves through its interfaces, when it has a routed link to leave by. */
const interfaceMetric = 2_000;

/** The line makes sure that there is something to take away. */
function gone(line: string): readonly string[] {
  return [line, line.replace(' replace ', ' delete ').replace(/ nodad$/, '')];
}

/** What has to be made, removed, and changed on a link that stays. */
export interface InterfaceDifference {
  readonly added: readonly NetworkInterface[];
  readonly removed: readonly NetworkInterface[];
  /** Those of before whose link stays. */
  readonly kept: readonly NetworkInterface[];
  readonly changed: readonly { readonly from: NetworkInterface; readonly to: NetworkInterface }[];
}

export function interfaceDifference(
  from: readonly NetworkInterface[],
  to: readonly NetworkInterface[],
): InterfaceDifference {
  const isSameLink = (a: NetworkInterface, b: NetworkInterface) =>
    (['name', 'index', 'kind', 'device', 'mac'] as const).every((key) => a[key] === b[key]);
  const twin = (one: NetworkInterface, others: readonly NetworkInterface[]) =>
    others.find((other) => isSameLink(one, other));
  return {
    added: to.filter((one) => twin(one, from) === undefined),
    removed: from.filter((one) => twin(one, to) === undefined),
    kept: from.filter((one) => twin(one, to) !== undefined),
    changed: to.flatMap((one) => {
      const before = twin(one, from);
      return before === undefined || JSON.stringify(before) === JSON.stringify(one)
        ? []
        : [{ from: before, to: one }];
    }),
  };
}
