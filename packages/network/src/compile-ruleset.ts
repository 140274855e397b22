import type { NftTable } from '@insula/host';
import { familyOf } from './addresses/address.ts';
import type { AddressPool } from './addresses/address-pool.ts';
import { hostLinkName, linkMacs, type NetworkConfig } from './links.ts';
import type { VeLink } from './ve-link.ts';

/** Insula's own tables, of one name: nobody else writes there, and Insula writes nowhere else. ARP has a family of its own. */
export function nodeTables({ network }: NetworkConfig): readonly [inet: NftTable, arp: NftTable] {
  return [
    { family: 'inet', name: network.table },
    { family: 'arp', name: network.table },
  ];
}

/** The set that counts, for each link, what it sent under an address that is not its own. */
const spoofedSet = 'spoofed';

/** What the ruleset is made from. */
export interface RulesetInput {
  readonly config: NetworkConfig;
  readonly pools: readonly AddressPool[];
  readonly ves: readonly VeLink[];
}

interface Set {
  readonly name: string;
  readonly type: string;
  readonly flags?: string;
  readonly elements: readonly string[];
}

interface Chain {
  readonly name: string;
  /** Where packets enter it; a chain without is jumped to. */
  readonly hook?: string;
  readonly rules: readonly string[];
}

/**
 * The node's whole ruleset, to be applied as one transaction: packets see the old rules or the new ones, never none.
 *
 * VEs are elements of sets, so that a packet costs the same however many there are: `links`, the interfaces of VEs, and `bound4`
 * and `bound6`, which hardware and source address may come from which of them. What comes from a VE with others is dropped and
 * counted before connection tracking sees it, and so is a VE's claim to be a neighbour or a router: the node knows its VEs. The
 * sets hold names, not indexes: a VE is filtered from its link's first packet on.
 *
 * Sets that count (`spoofed`) are made once and kept: a later ruleset leaves what they hold. `replaced` begins anew instead, which
 * a ruleset of another version may need.
 */
export function compileRuleset(input: RulesetInput, options: { readonly replaced?: boolean } = {}): string {
  const [inet, arp] = nodeTables(input.config);
  return [inetTable(input), arpTable(input)]
    .map((parts, index) => tableText(index === 0 ? inet : arp, parts, options.replaced === true))
    .join('');
}

interface TableParts {
  readonly counting: readonly string[];
  readonly sets: readonly Set[];
  readonly chains: readonly Chain[];
}

function inetTable({ config, pools, ves }: RulesetInput): TableParts {
  const translated = pools.filter(({ nat }) => nat);
  const prefixes = (family: string) =>
    translated.filter((pool) => pool.family === family).map(({ prefix }) => prefix);
  return {
    counting: [spoofedSet],
    sets: [
      ...bindingSets(config, ves),
      { name: 'translated4', type: 'ipv4_addr', flags: 'interval', elements: prefixes('ipv4') },
      { name: 'translated6', type: 'ipv6_addr', flags: 'interval', elements: prefixes('ipv6') },
    ],
    chains: [
      { name: 'spoof', rules: [`update @${spoofedSet} { iifname counter } drop`] },
      {
        name: 'sources',
        hook: 'type filter hook prerouting priority raw; policy accept;',
        rules: [
          'iifname != @links accept',
          'iifname . ether saddr . ip saddr @bound4 accept',
          'icmpv6 type { nd-neighbor-advert, nd-router-advert, nd-redirect } goto spoof',
          'iifname . ether saddr . ip6 saddr @bound6 accept',
          // a machine that looks for an address, or for neighbours on its link, lies to nobody
          'ip saddr 0.0.0.0 drop',
          'ip6 saddr { ::, fe80::/10 } drop',
          'goto spoof',
        ],
      },
      {
        name: 'translation',
        hook: 'type nat hook postrouting priority srcnat; policy accept;',
        rules:
          translated.length === 0
            ? []
            : [
                'ip saddr @translated4 ip daddr != @translated4 oifname != @links masquerade',
                'ip6 saddr @translated6 ip6 daddr != @translated6 oifname != @links masquerade',
              ],
      },
    ],
  };
}

function arpTable({ config, ves }: RulesetInput): TableParts {
  return {
    counting: [spoofedSet],
    sets: bindingSets(config, ves).filter(({ name }) => name !== 'bound6'),
    chains: [
      {
        name: 'sources',
        hook: 'type filter hook input priority filter; policy accept;',
        rules: [
          'iifname != @links accept',
          'iifname . arp saddr ether . arp saddr ip @bound4 accept',
          'arp saddr ip 0.0.0.0 drop',
          `update @${spoofedSet} { iifname counter } drop`,
        ],
      },
    ],
  };
}

function bindingSets(config: NetworkConfig, ves: readonly VeLink[]): readonly Set[] {
  return [
    { name: 'links', type: 'ifname', elements: ves.map((ve) => linkElement(config, ve)) },
    {
      name: 'bound4',
      type: 'ifname . ether_addr . ipv4_addr',
      elements: ves.flatMap((ve) => boundElements(config, ve, 'ipv4')),
    },
    {
      name: 'bound6',
      type: 'ifname . ether_addr . ipv6_addr',
      elements: ves.flatMap((ve) => boundElements(config, ve, 'ipv6')),
    },
  ];
}

/** One VE more. Adding what is there already changes nothing. */
export function compileBinding(config: NetworkConfig, ve: VeLink): string {
  return elementLines(config, ve, ['add']);
}

/** One VE less, its counters included. Each element is added first, because nft refuses to delete what is not there. */
export function compileUnbinding(config: NetworkConfig, ve: VeLink): string {
  const counters = nodeTables(config).flatMap(({ family, name }) =>
    ['add', 'delete'].map(
      (verb) => `${verb} element ${family} ${name} ${spoofedSet} { ${linkElement(config, ve)} }`,
    ),
  );
  return `${elementLines(config, ve, ['add', 'delete'])}${counters.join('\n')}\n`;
}

/** A VE's binding instead of another, in one transaction. */
export function compileRebinding(config: NetworkConfig, from: VeLink, to: VeLink): string {
  return `${elementLines(config, from, ['add', 'delete'])}${elementLines(config, to, ['add'])}`;
}

function elementLines(config: NetworkConfig, ve: VeLink, verbs: readonly string[]): string {
  const [inet, arp] = nodeTables(config);
  const lines = verbs.flatMap((verb) =>
    [inet, arp].flatMap(({ family, name }) =>
      bindingSets(config, [ve])
        .filter((set) => set.elements.length > 0 && (family === 'inet' || set.name !== 'bound6'))
        .map((set) => `${verb} element ${family} ${name} ${set.name} { ${set.elements.join(', ')} }`),
    ),
  );
  return `${lines.join('\n')}\n`;
}

function tableText({ family, name }: NftTable, parts: TableParts, replaced: boolean): string {
  const table = `${family} ${name}`;
  return `${[
    // the first line makes sure that there is something to delete
    ...(replaced ? [`add table ${table}`, `delete table ${table}`] : []),
    `table ${table} {`,
    ...parts.counting.flatMap((set) => [
      `  set ${set} {`,
      '    type ifname',
      '    size 65535',
      '    flags dynamic',
      '    counter',
      '  }',
    ]),
    ...parts.sets.flatMap(declaredSet),
    ...parts.chains.flatMap(declaredChain),
    '}',
    ...parts.sets.map((set) => `flush set ${table} ${set.name}`),
    ...parts.chains.map((chain) => `flush chain ${table} ${chain.name}`),
    `table ${table} {`,
    ...parts.sets.flatMap(filledSet),
    ...parts.chains.filter(({ rules }) => rules.length > 0).flatMap(filledChain),
    '}',
  ].join('\n')}\n`;
}

function declaredSet({ name, type, flags }: Set): readonly string[] {
  return [
    `  set ${name} {`,
    `    type ${type}`,
    ...(flags === undefined ? [] : [`    flags ${flags}`]),
    '  }',
  ];
}

function filledSet({ name, type, flags, elements }: Set): readonly string[] {
  if (elements.length === 0) return [];
  const [head = '', ...rest] = declaredSet({
    name,
    type,
    ...(flags === undefined ? {} : { flags }),
    elements,
  });
  return [
    head,
    ...rest.slice(0, -1),
    '    elements = {',
    ...elements.map((element) => `      ${element},`),
    '    }',
    '  }',
  ];
}

function declaredChain({ name, hook }: Chain): readonly string[] {
  return hook === undefined ? [`  chain ${name} {`, '  }'] : [`  chain ${name} {`, `    ${hook}`, '  }'];
}

function filledChain({ name, rules }: Chain): readonly string[] {
  return [`  chain ${name} {`, ...rules.map((rule) => `    ${rule}`), '  }'];
}

function linkElement(config: NetworkConfig, { ctid }: VeLink): string {
  return `"${hostLinkName(config, ctid)}"`;
}

function boundElements(config: NetworkConfig, ve: VeLink, family: string): readonly string[] {
  return ve.addresses
    .filter((address) => familyOf(address) === family)
    .map((address) => `${linkElement(config, ve)} . ${linkMacs(ve.ctid).guest} . ${address}`);
}
