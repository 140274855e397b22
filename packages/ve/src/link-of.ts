import type { VeSpec } from '@insula/contract';
import type { VeLink } from '@insula/network';

/** The part of a spec that the network is made from. */
export function linkOf({ uuid, ctid, addresses, groups, forwards, apiAccess }: VeSpec): VeLink {
  return { uuid, ctid, addresses, groups, forwards, apiAccess };
}
