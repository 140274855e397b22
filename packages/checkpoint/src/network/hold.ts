import type { NodeConfig } from '@insula/contract';
import type { NftTable } from '@insula/host';
import { hostLinkName } from '@insula/network';

export type HoldConfig = Pick<NodeConfig, 'interfacePrefix'> & {
  readonly network: Pick<NodeConfig['network'], 'table'>;
};

export type HeldVe = {
  readonly ctid: number;
  readonly addresses: readonly string[];
};

/** A table of its own, which nothing else rebuilds: what is in it must be dropped whatever happens to the node's other rules. */
function holdTable({ network }: HoldConfig): NftTable {
  return { family: 'inet', name: `${network.table}_held` };
}

/**
 * Drops everything from and to a VE, before connection tracking or routing sees it. A peer then waits, as for any lost packet: were
 * it to hear from a VE whose sockets are not there (RST) or that has no route (ICMP unreachable), its connection would end.
 * Packets of the node itself are dropped on their way out.
 */
export function compileHold(config: HoldConfig, ve: HeldVe): string {
  const { name } = holdTable(config);
  const chain = (label: string, hook: string, rules: readonly string[]) => [
    `add chain inet ${name} ${label} { type filter hook ${hook} priority -310; policy accept; }`,
    `flush chain inet ${name} ${label}`,
    ...rules.map((rule) => `add rule inet ${name} ${label} ${rule}`),
  ];
  return text([
    `add table inet ${name}`,
    `add set inet ${name} links { type ifname; }`,
    `add set inet ${name} addresses { type ipv4_addr; }`,
    `add set inet ${name} addresses6 { type ipv6_addr; }`,
    ...chain('arriving', 'prerouting', [
      'iifname @links drop',
      'ip daddr @addresses drop',
      'ip6 daddr @addresses6 drop',
    ]),
    ...chain('own', 'output', ['ip daddr @addresses drop', 'ip6 daddr @addresses6 drop']),
    ...elementLines(config, ve, ['add']),
  ]);
}

/** Lets traffic through again. Each element is added first, because nft refuses to delete what is not there. */
export function compileRelease(config: HoldConfig, ve: HeldVe): string {
  const { name } = holdTable(config);
  return text([
    `add table inet ${name}`,
    `add set inet ${name} links { type ifname; }`,
    `add set inet ${name} addresses { type ipv4_addr; }`,
    `add set inet ${name} addresses6 { type ipv6_addr; }`,
    ...elementLines(config, ve, ['add', 'delete']),
  ]);
}

function elementLines(config: HoldConfig, ve: HeldVe, verbs: readonly string[]): readonly string[] {
  const { name } = holdTable(config);
  const sets = [
    ['links', [`"${hostLinkName(config, ve.ctid)}"`]],
    ['addresses', ve.addresses.filter((address) => !address.includes(':'))],
    ['addresses6', ve.addresses.filter((address) => address.includes(':'))],
  ] as const;
  return verbs.flatMap((verb) =>
    sets.flatMap(([set, elements]) =>
      elements.length === 0 ? [] : [`${verb} element inet ${name} ${set} { ${elements.join(', ')} }`],
    ),
  );
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
