import { guestLink, hostLinkName, linkMacs, type NetworkConfig } from './links.ts';

/** A VE as the network sees it. */
export interface VeLink {
  readonly ctid: number;
  readonly addresses: readonly string[];
}

/**
 * Lines for `ip -batch` on the node that make a VE's link, the far side born in the network namespace of `pid`.
 *
 * The node knows the VE's hardware address and the VE the node's, both for good: no ARP is needed in either direction, and none
 * that a VE sends changes where packets go. The gateway's address stands on every VE's link: the node answers for it, uses it as
 * source towards the VE, and it goes away with the link. With scope link it is never a source towards the world.
 * The link makes itself no IPv6 address: VEs have no IPv6 yet, and the ruleset drops it.
 */
export function compileHostBatch(
  config: NetworkConfig,
  ve: VeLink & { readonly pid: number },
): readonly string[] {
  const link = hostLinkName(config, ve.ctid);
  const macs = linkMacs(ve.ctid);
  return [
    `link add name ${link} address ${macs.host} type veth peer name ${guestLink} address ${macs.guest} netns ${ve.pid}`,
    `link set dev ${link} addrgenmode none`,
    `link set dev ${link} up`,
    `address add ${config.network.gateway}/32 dev ${link} scope link`,
    ...ve.addresses.flatMap((address) => [
      `neighbour replace ${address} lladdr ${macs.guest} nud permanent dev ${link}`,
      `route replace ${address}/32 dev ${link} scope link`,
    ]),
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
    ...ve.addresses.map((address) => `address replace ${address}/32 dev ${guestLink}`),
    `route replace ${gateway}/32 dev ${guestLink} scope link`,
    `route replace default via ${gateway} dev ${guestLink}`,
  ];
}

/** Larger than any metric in use: a route to the same prefix that an administrator made wins. */
const poolRouteMetric = 1_048_576;

/**
 * With NAT the pool is the node's own, and an address in it that no VE has is nowhere: without this route such packets would
 * leave by the node's default route with private addresses. It claims to be the kernel's own, because systemd-networkd removes
 * routes that it did not make, when it starts and whenever a link of its own changes.
 */
export function compilePoolRoute({ network }: NetworkConfig): string | null {
  return network.nat
    ? `route replace unreachable ${network.pool} metric ${poolRouteMetric} proto kernel`
    : null;
}

/** Takes the pool's route away; the lines succeed whether it is there or not. */
export function compilePoolRouteRemoval(config: NetworkConfig): readonly string[] {
  const route = compilePoolRoute(config);
  return route === null ? [] : [route, route.replace('replace', 'delete')];
}
