import { fault } from '@insula/contract';
import { type Host, isOnLink, type LocalNetwork } from '@insula/host';
import { type AddressPool, poolOf } from './addresses/address-pool.ts';
import type { NetworkConfig } from './links.ts';

/** An address of a VE that others on a network of the node must find behind the node. */
export interface Uplink {
  readonly address: string;
  readonly device: string;
  readonly mac: string;
}

/** Milliseconds that others on a network get to say that they have an address. */
const probeTime = 400;

interface UplinkPorts extends Pick<Host, 'neighbours' | 'sysctls'> {
  readonly config: NetworkConfig;
}

/**
 * Where the node has to answer for addresses: on the devices whose network they lie in. Addresses of pools behind NAT are the
 * node's own business, and those of no network of the node are routed to it by others.
 */
export function uplinksOf(
  { neighbours, config }: Pick<UplinkPorts, 'neighbours' | 'config'>,
  pools: readonly AddressPool[],
  addresses: readonly string[],
): readonly Uplink[] {
  const visible = addresses.filter((address) => poolOf(pools, address)?.nat === false);
  if (visible.length === 0) return [];
  const networks = neighbours.localNetworks().filter(({ device }) => !isVeLink(config, device));
  return visible.flatMap((address) => uplinksOfOne(networks, address));
}

function uplinksOfOne(networks: readonly LocalNetwork[], address: string): readonly Uplink[] {
  const devices = new Map(
    networks
      .filter((network) => isOnLink(network, address))
      .map(({ device, mac }) => [device, { address, device, mac }]),
  );
  return [...devices.values()];
}

/** Whether a device is the node's side of a link or an interface of a VE. */
export function isVeLink({ interfacePrefix }: NetworkConfig, device: string): boolean {
  return device.startsWith(interfacePrefix) && /^\d+(?:n\d+)?$/.test(device.slice(interfacePrefix.length));
}

/** Asks the networks whether anybody has these addresses, the node itself included. @throws CodedError address_in_use */
export async function refuseDuplicates(
  { neighbours }: Pick<UplinkPorts, 'neighbours'>,
  uplinks: readonly Uplink[],
  signal: AbortSignal,
): Promise<void> {
  const networks = uplinks.length === 0 ? [] : neighbours.localNetworks();
  await Promise.all(
    uplinks.map(async ({ address, device, mac }) => {
      const own = networks.find((network) => network.address === address);
      if (own !== undefined) throw fault('address_in_use', { address, holder: `${own.device} of this node` });
      const holder = await neighbours.probe({ address, device, mac, timeoutMs: probeTime }, { signal });
      if (holder !== null) throw fault('address_in_use', { address, holder: `${holder} on ${device}` });
    }),
  );
}

/** The node answers solicitations for others only on devices that are told to; for ARP an entry is enough. */
export async function allowProxies(
  { sysctls }: Pick<UplinkPorts, 'sysctls'>,
  uplinks: readonly Uplink[],
): Promise<void> {
  const devices = new Set(uplinks.filter(({ address }) => address.includes(':')).map(({ device }) => device));
  for (const device of devices) {
    const name = `net.ipv6.conf.${device.replaceAll('.', '/')}.proxy_ndp`;
    if ((await sysctls.read(name)) === '0') await sysctls.write(name, '1');
  }
}

/** Tells the networks where the addresses are now. What nobody hears is asked for by whoever wants to know. */
export async function announce(
  { neighbours }: Pick<UplinkPorts, 'neighbours'>,
  uplinks: readonly Uplink[],
  log: (line: string) => void,
): Promise<void> {
  for (const { address, device, mac } of uplinks) {
    try {
      await neighbours.announce({ address, device, mac });
    } catch (error) {
      log(`${address} cannot be announced on ${device}: ${(error as Error).message}`);
    }
  }
}
