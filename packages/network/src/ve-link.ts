import type { NetworkInterface } from '@insula/contract';
import { familyOf } from './addresses/address.ts';

/** A VE as the network sees it. A type, not an interface: it stands in the arguments of steps. */
export type VeLink = {
  readonly uuid: string;
  readonly ctid: number;
  readonly addresses: readonly string[];
  readonly groups: readonly string[];
  /** Ports of the node that lead to the VE, as in the spec. */
  readonly forwards: readonly string[];
  readonly apiAccess: boolean;
  /** How fast it may send and receive, as in the spec. */
  readonly rates: readonly string[];
  readonly ratebound: boolean;
  /** Beside the routed link. */
  readonly interfaces: readonly NetworkInterface[];
};

export function hasIpv6({ addresses }: Pick<VeLink, 'addresses'>): boolean {
  return addresses.some((address) => familyOf(address) === 'ipv6');
}

/** What a VE has that it had not, and what it has no more. */
export interface LinkChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function addressChange(from: Pick<VeLink, 'addresses'>, to: Pick<VeLink, 'addresses'>): LinkChange {
  return {
    added: to.addresses.filter((address) => !from.addresses.includes(address)),
    removed: from.addresses.filter((address) => !to.addresses.includes(address)),
  };
}
