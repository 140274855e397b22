import type { Host } from '@insula/host';
import { parseAddressPool } from './address-pool.ts';
import { compilePoolRoute, compilePoolRouteRemoval, type VeLink } from './compile-links.ts';
import { compileRuleset, nodeTable } from './compile-ruleset.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';
import { nodeSysctls } from './node-sysctls.ts';

/** What the node's network is made with. */
export interface NodeNetworkPorts extends Pick<Host, 'links' | 'nftables' | 'sysctls'> {
  readonly config: NetworkConfig;
}

interface Options {
  readonly signal?: AbortSignal;
}

/**
 * Makes the node ready for VEs, or repairs it: kernel settings, the pool's route and the ruleset with these VEs in it: those
 * that have a link. They are not disturbed.
 * @throws CommandFailed, SystemError, CodedError invalid_input for a pool that is none
 */
export async function prepareNode(
  { links, nftables, sysctls, config }: NodeNetworkPorts,
  ves: readonly VeLink[],
  options: Options = {},
): Promise<void> {
  parseAddressPool(config.network.pool);
  // first of all, so that nothing is ever forwarded unfiltered
  await nftables.apply(compileRuleset(config, ves), options);
  for (const { name, value, rule } of nodeSysctls) {
    const current = await sysctls.read(name);
    const suffices = rule === 'equal' ? Number(current) === value : Number(current) >= value;
    if (current !== null && !suffices) await sysctls.write(name, String(value));
  }
  const route = compilePoolRoute(config);
  if (route !== null) await links.batch([route], options);
}

/** Takes away what `prepareNode` made, but leaves the kernel's settings: others may count on them by now. */
export async function removeNode(
  { links, nftables, config }: NodeNetworkPorts,
  options: Options = {},
): Promise<void> {
  const lines = compilePoolRouteRemoval(config);
  if (lines.length > 0) await links.batch(lines, options);
  await nftables.deleteTable(nodeTable(config), options);
}

/** Whether a VE has its link to the node. Spawns nothing. */
export async function isConnected(
  { links, config }: Pick<NodeNetworkPorts, 'links' | 'config'>,
  ctid: number,
): Promise<boolean> {
  return await links.linkExists(hostLinkName(config, ctid));
}
