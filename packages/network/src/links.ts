import type { NodeConfig } from '@insula/contract';

/** The part of the node's configuration that its network is made from. */
export type NetworkConfig = Pick<NodeConfig, 'interfacePrefix' | 'network'>;

/** The VE's side of its link to the node. */
export const guestLink = 'eth0';

/** The node's side of a VE's link, such as 'ins101'. At most 12 of the 15 characters that the kernel allows. */
export function hostLinkName(config: Pick<NodeConfig, 'interfacePrefix'>, ctid: number): string {
  return `${config.interfacePrefix}${ctid}`;
}

export interface LinkMacs {
  readonly host: string;
  readonly guest: string;
}

/**
 * Hardware addresses of both sides of a VE's link: locally administered, the same at every start and on every node. Given when
 * the link is made, so that udev's MACAddressPolicy, which replaces random ones, leaves them alone.
 */
export function linkMacs(ctid: number): LinkMacs {
  const tail = [16, 8, 0].map((shift) => ((ctid >>> shift) & 0xff).toString(16).padStart(2, '0')).join(':');
  return { host: `06:49:4e:${tail}`, guest: `02:49:4e:${tail}` };
}
