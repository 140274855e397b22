import type { VeSpec } from '@insula/contract';
import type { VeLink } from '@insula/network';

/** The part of a spec that the network is made from. */
export function linkOf(spec: VeSpec): VeLink {
  const { uuid, ctid, addresses, groups, forwards, apiAccess, rates, ratebound, interfaces } = spec;
  return { uuid, ctid, addresses, groups, forwards, apiAccess, rates, ratebound, interfaces };
}
