import type { Host } from '@insula/host';
import { parsePools } from './addresses/address-pool.ts';
import { compilePoolRouteRemoval, compilePoolRoutes } from './compile-links.ts';
import { nodeTables } from './compile-ruleset.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';
import { nodeSysctls } from './node-sysctls.ts';
import type { Ruleset } from './ruleset.ts';
import type { VeLink } from './ve-link.ts';

/** What the node's network is made with. */
export interface NodeNetworkPorts extends Pick<Host, 'links' | 'neighbours' | 'sysctls'> {
  readonly config: NetworkConfig;
  readonly ruleset: Ruleset;
}

interface Options {
  readonly signal?: AbortSignal;
}

/**
 * Makes the node ready for VEs, or repairs it: kernel settings, the pools' routes and the ruleset with these VEs in it: those
 * that have a link. They are not disturbed, and counters go on.
 * @throws CommandFailed, SystemError, CodedError invalid_input for a pool that is none
 */
export async function prepareNode(
  ports: NodeNetworkPorts,
  ves: readonly VeLink[],
  options: Options = {},
): Promise<void> {
  const { links, sysctls, config } = ports;
  const pools = parsePools(config.network);
  // first of all, so that nothing is ever forwarded unfiltered
  await ports.ruleset.make({ ...options, ves });
  const hasIpv6 = pools.some(({ family }) => family === 'ipv6');
  if (hasIpv6) await keepAdvertisements(ports);
  for (const { name, value, rule } of nodeSysctls({ hasIpv6 })) {
    const current = await sysctls.read(name);
    const suffices = rule === 'equal' ? Number(current) === value : Number(current) >= value;
    if (current !== null && !suffices) await sysctls.write(name, String(value));
  }
  const routes = compilePoolRoutes(pools);
  if (routes.length > 0) await links.batch(routes, options);
}

/**
 * A machine that forwards IPv6 forgets the routes that routers advertise to it, unless it is told on each device to take them all
 * the same (Documentation/networking/ip-sysctl.rst, accept_ra).
 */
async function keepAdvertisements({ sysctls, neighbours }: NodeNetworkPorts): Promise<void> {
  if ((await sysctls.read('net.ipv6.conf.all.forwarding')) !== '0') return;
  const devices = new Set(neighbours.localNetworks().map(({ device }) => device));
  for (const device of ['default', ...devices]) {
    const name = `net.ipv6.conf.${device.replaceAll('.', '/')}.accept_ra`;
    if ((await sysctls.read(name)) === '1') await sysctls.write(name, '2');
  }
}

/** Takes away what `prepareNode` made, but leaves the kernel's settings: others may count on them by now. */
export async function removeNode(
  { links, nftables, config }: Pick<Host, 'links' | 'nftables'> & Pick<NodeNetworkPorts, 'config'>,
  options: Options = {},
): Promise<void> {
  const lines = compilePoolRouteRemoval(parsePools(config.network));
  if (lines.length > 0) await links.batch(lines, options);
  for (const table of nodeTables(config)) await nftables.deleteTable(table, options);
}

/** Whether a VE has its link to the node. Spawns nothing. */
export async function isConnected(
  { links, config }: Pick<NodeNetworkPorts, 'links' | 'config'>,
  ctid: number,
): Promise<boolean> {
  return await links.linkExists(hostLinkName(config, ctid));
}
