import { familyOf, hostPrefix } from './addresses/address.ts';
import type { AddressPool } from './addresses/address-pool.ts';
import { guestLink, hostLinkName, linkMacs, type NetworkConfig } from './links.ts';
import { addressChange, hasIpv6, type VeLink } from './ve-link.ts';

/** A network of the node on which it answers for an address of a VE. */
export interface Proxy {
  readonly address: string;
  readonly device: string;
}

/**
 * Lines for `ip -batch` on the node that make a VE's link, the far side born in the network namespace of `pid`.
 *
 * The node knows the VE's hardware address and the VE the node's, both for good: no ARP is needed in either direction, and none
 * that a VE sends changes where packets go. The gateway's address stands on every VE's link: the node answers for it, uses it as
 * source towards the VE, and it goes away with the link. With scope link it is never a source towards the world.
 * The link makes itself no IPv6 address: the only one on it is the gateway's, and only where the VE has IPv6.
 */
export function compileHostBatch(
  config: NetworkConfig,
  ve: VeLink & { readonly pid: number },
  proxies: readonly Proxy[] = [],
): readonly string[] {
  const link = hostLinkName(config, ve.ctid);
  const macs = linkMacs(ve.ctid);
  return [
    `link add name ${link} address ${macs.host} type veth peer name ${guestLink} address ${macs.guest} netns ${ve.pid}`,
    `link set dev ${link} addrgenmode none`,
    `link set dev ${link} up`,
    `address add ${config.network.gateway}/32 dev ${link} scope link`,
    ...hostGateway6(config, ve),
    ...ve.addresses.flatMap((address) => routeLines(config, ve, address)),
    ...proxies.map(proxyLine),
  ];
}

/** Lines for `ip -batch` inside the VE: its addresses, and every way out through the gateway. The first address is the source. */
export function compileGuestBatch(config: NetworkConfig, ve: VeLink): readonly string[] {
  const { gateway } = config.network;
  return [
    'link set dev lo up',
    `link set dev ${guestLink} addrgenmode none`,
    `link set dev ${guestLink} up`,
    `neighbour replace ${gateway} lladdr ${linkMacs(ve.ctid).host} nud permanent dev ${guestLink}`,
    ...ve.addresses.map(addressLine),
    `route replace ${gateway}/32 dev ${guestLink} scope link`,
    // without an address here, the way out is through another interface
    ...(ve.addresses.length === 0 && ve.interfaces.length > 0
      ? []
      : [`route replace default via ${gateway} dev ${guestLink}`]),
    ...guestGateway6(config, ve),
  ];
}

/** Lines for the node that turn a VE's link into another; each succeeds whether its work is done or not. */
export function compileHostChange(
  config: NetworkConfig,
  from: VeLink,
  to: VeLink,
  proxies: { readonly gone: readonly Proxy[]; readonly wanted: readonly Proxy[] },
): readonly string[] {
  const { added, removed } = addressChange(from, to);
  return [
    ...compileProxyRemoval(proxies.gone),
    ...removed.flatMap((address) => routeLines(config, from, address).flatMap(gone)),
    ...(hasIpv6(from) ? [] : hostGateway6(config, to)),
    ...added.flatMap((address) => routeLines(config, to, address)),
    ...proxies.wanted.map(proxyLine),
  ];
}

/** The same inside the VE. */
export function compileGuestChange(config: NetworkConfig, from: VeLink, to: VeLink): readonly string[] {
  const { added, removed } = addressChange(from, to);
  return [
    ...added.map(addressLine),
    ...(hasIpv6(from) ? [] : guestGateway6(config, to)),
    ...removed.map(addressLine).flatMap(gone),
  ];
}

/** Lets the node answer for addresses, whether it does already or not. */
export function compileProxies(proxies: readonly Proxy[]): readonly string[] {
  return proxies.map(proxyLine);
}

/** Lets the node answer no more for addresses that a VE had. */
export function compileProxyRemoval(proxies: readonly Proxy[]): readonly string[] {
  return proxies.map(proxyLine).flatMap(gone);
}

/** Makes sure that something is there, and takes it away: a deletion of what is not there would fail. */
function gone(line: string): readonly string[] {
  return [line, line.replace(' replace ', ' delete ').replace(/ (?:nodad|nud permanent)\b/g, '')];
}

function proxyLine({ address, device }: Proxy): string {
  return `neighbour replace proxy ${address} dev ${device}`;
}

function routeLines(config: NetworkConfig, { ctid }: VeLink, address: string): readonly string[] {
  const link = hostLinkName(config, ctid);
  const scope = familyOf(address) === 'ipv4' ? ' scope link' : '';
  return [
    `neighbour replace ${address} lladdr ${linkMacs(ctid).guest} nud permanent dev ${link}`,
    `route replace ${hostPrefix(address)} dev ${link}${scope}`,
  ];
}

/** Nobody else can be on this link: there is nothing to wait for before an IPv6 address may be used. */
function addressLine(address: string): string {
  return `address replace ${hostPrefix(address)} dev ${guestLink}${familyOf(address) === 'ipv6' ? ' nodad' : ''}`;
}

function hostGateway6(config: NetworkConfig, ve: VeLink): readonly string[] {
  const link = hostLinkName(config, ve.ctid);
  return hasIpv6(ve) ? [`address replace ${config.network.gateway6}/64 dev ${link} nodad`] : [];
}

function guestGateway6(config: NetworkConfig, ve: VeLink): readonly string[] {
  const { gateway6 } = config.network;
  if (!hasIpv6(ve)) return [];
  return [
    `neighbour replace ${gateway6} lladdr ${linkMacs(ve.ctid).host} nud permanent dev ${guestLink}`,
    `route replace default via ${gateway6} dev ${guestLink}`,
  ];
}

/** Larger than any metric in use: a route to the same prefix that an administrator made wins. */
const poolRouteMetric = 1_048_576;

/**
 * With NAT a pool is the node's own, and an address in it that no VE has is nowhere: without these routes such packets would
 * leave by the node's default route with private addresses. They claim to be the kernel's own, because systemd-networkd removes
 * routes that it did not make, when it starts and whenever a link of its own changes.
 */
export function compilePoolRoutes(pools: readonly AddressPool[]): readonly string[] {
  return pools
    .filter(({ nat }) => nat)
    .map(({ prefix }) => `route replace unreachable ${prefix} metric ${poolRouteMetric} proto kernel`);
}

/** Takes the pools' routes away; the lines succeed whether they are there or not. */
export function compilePoolRouteRemoval(pools: readonly AddressPool[]): readonly string[] {
  return compilePoolRoutes(pools).flatMap(gone);
}
