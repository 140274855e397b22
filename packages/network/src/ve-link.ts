import { familyOf } from './addresses/address.ts';

/** A VE as the network sees it. A type, not an interface: it stands in the arguments of steps. */
export type VeLink = {
  readonly ctid: number;
  readonly addresses: readonly string[];
};

export function hasIpv6({ addresses }: VeLink): boolean {
  return addresses.some((address) => familyOf(address) === 'ipv6');
}

/** What a VE has that it had not, and what it has no more. */
export interface LinkChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function addressChange(from: VeLink, to: VeLink): LinkChange {
  return {
    added: to.addresses.filter((address) => !from.addresses.includes(address)),
    removed: from.addresses.filter((address) => !to.addresses.includes(address)),
  };
}
