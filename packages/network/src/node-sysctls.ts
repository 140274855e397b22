/** A kernel setting that the node needs: `at-least` raises a lower value and leaves a higher one alone. */
export interface NodeSysctl {
  readonly name: string;
  readonly value: number;
  readonly rule: 'equal' | 'at-least';
}

/**
 * Kernel settings for the network of many VEs. The limits of the neighbour tables hold for all network namespaces together and
 * exist in the first one only (net/core/neighbour.c). VEs do not depend on them, since permanent neighbours are exempt; the
 * node's own neighbours are not, and any VE can fill the table.
 */
export const nodeSysctls = ({ hasIpv6 }: { readonly hasIpv6: boolean }): readonly NodeSysctl[] => [
  { name: 'net.ipv4.ip_forward', value: 1, rule: 'equal' },
  ...(hasIpv6 ? [{ name: 'net.ipv6.conf.all.forwarding', value: 1, rule: 'equal' } as const] : []),
  ...['net.ipv4', 'net.ipv6'].flatMap((family): readonly NodeSysctl[] => [
    { name: `${family}.neigh.default.gc_thresh1`, value: 8_192, rule: 'at-least' },
    { name: `${family}.neigh.default.gc_thresh2`, value: 32_768, rule: 'at-least' },
    { name: `${family}.neigh.default.gc_thresh3`, value: 65_536, rule: 'at-least' },
  ]),
];
