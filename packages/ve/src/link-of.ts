import type { VeSpec } from '@insula/contract';
import type { VeLink } from '@insula/network';

/** The part of a spec that the network is made from. */
export function linkOf({ ctid, addresses }: VeSpec): VeLink {
  return { ctid, addresses };
}
