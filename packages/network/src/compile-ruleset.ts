import type { NftTable } from '@insula/host';
import type { VeLink } from './compile-links.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';

/** Insula's own table: nobody else writes there, and Insula writes nowhere else. */
export function nodeTable({ network }: NetworkConfig): NftTable {
  return { family: 'inet', name: network.table };
}

/**
 * The node's whole ruleset, to be applied as one transaction: packets see the old table or the new one, never none.
 *
 * VEs are elements of two sets, so that a packet costs the same however many there are:
 * `links`, the interfaces of VEs, and `bound`, which source address may come from which of them. What comes from a VE with
 * another source, or is not IPv4 at all (a VE must not advertise itself to the node as an IPv6 router), is dropped before
 * connection tracking sees it. The sets hold names, not indexes: a VE is filtered from its link's first packet on.
 */
export function compileRuleset(config: NetworkConfig, ves: readonly VeLink[]): string {
  const { network } = config;
  const links = ves.map((ve) => linkElement(config, ve));
  const bound = ves.flatMap((ve) => boundElements(config, ve));
  return `${[
    // the first line makes sure that there is something to delete
    `add table inet ${network.table}`,
    `delete table inet ${network.table}`,
    `table inet ${network.table} {`,
    ...setLines('links', 'ifname', links),
    ...setLines('bound', 'ifname . ipv4_addr', bound),
    '  chain sources {',
    '    type filter hook prerouting priority raw; policy accept;',
    '    iifname != @links accept',
    '    iifname . ip saddr @bound accept',
    '    counter drop',
    '  }',
    ...(network.nat
      ? [
          '  chain translation {',
          '    type nat hook postrouting priority srcnat; policy accept;',
          `    ip saddr ${network.pool} ip daddr != ${network.pool} oifname != @links masquerade`,
          '  }',
        ]
      : []),
    '}',
  ].join('\n')}\n`;
}

/** One VE more. Adding what is there already changes nothing. */
export function compileBinding(config: NetworkConfig, ve: VeLink): string {
  return elementLines(config, ve, ['add']);
}

/** One VE less. Each element is added first, because nft refuses to delete what is not there. */
export function compileUnbinding(config: NetworkConfig, ve: VeLink): string {
  return elementLines(config, ve, ['add', 'delete']);
}

function elementLines(config: NetworkConfig, ve: VeLink, verbs: readonly string[]): string {
  const bound = boundElements(config, ve);
  const lines = verbs.flatMap((verb) => [
    `${verb} element inet ${config.network.table} links { ${linkElement(config, ve)} }`,
    ...(bound.length > 0
      ? [`${verb} element inet ${config.network.table} bound { ${bound.join(', ')} }`]
      : []),
  ]);
  return `${lines.join('\n')}\n`;
}

function setLines(name: string, type: string, elements: readonly string[]): readonly string[] {
  return [
    `  set ${name} {`,
    `    type ${type}`,
    ...(elements.length > 0
      ? ['    elements = {', ...elements.map((element) => `      ${element},`), '    }']
      : []),
    '  }',
  ];
}

function linkElement(config: NetworkConfig, { ctid }: VeLink): string {
  return `"${hostLinkName(config, ctid)}"`;
}

function boundElements(config: NetworkConfig, ve: VeLink): readonly string[] {
  return ve.addresses.map((address) => `${linkElement(config, ve)} . ${address}`);
}
