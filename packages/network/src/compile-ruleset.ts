import type { Firewall } from '@insula/contract';
import type { NftTable } from '@insula/host';
import { familyOf } from './addresses/address.ts';
import type { AddressPool } from './addresses/address-pool.ts';
import { parseForwards } from './forwards.ts';
import {
  bridgeTable,
  bridgeTableOf,
  hasBridges,
  portCounters,
  portSets,
} from './interfaces/compile-bridge-table.ts';
import { hostLinkName, linkMacs, type NetworkConfig } from './links.ts';
import { type Chain, elementLines, type NamedSet, type TableParts, tableText } from './ruleset-text.ts';
import {
  classMaps,
  parseClasses,
  restClass,
  spoofedSet,
  trafficChains,
  trafficSet,
  trafficSets,
} from './traffic-classes.ts';
import type { VeLink } from './ve-link.ts';
import { onBridges, onLinks, type WallPlace, wallChains, wallCounters, wallSets } from './walls.ts';

/**
 * Insula's own tables, of one name: nobody else writes there, and Insula writes nowhere else. ARP has a family of its own, and so
 * have bridges, where there are any for VEs.
 */
export function nodeTables(
  config: NetworkConfig,
): readonly [inet: NftTable, arp: NftTable, ...bridge: readonly NftTable[]] {
  return [
    { family: 'inet', name: config.network.table },
    { family: 'arp', name: config.network.table },
    ...(hasBridges(config) ? [bridgeTableOf(config)] : []),
  ];
}

/** What rules are made from, whatever VEs there are. */
export interface RulesetBase {
  readonly config: NetworkConfig;
  readonly pools: readonly AddressPool[];
  readonly firewall: Firewall;
}

export interface RulesetInput extends RulesetBase {
  readonly ves: readonly VeLink[];
}

/**
 * The node's whole ruleset, to be applied as one transaction: packets see the old rules or the new ones, never none.
 *
 * VEs are elements of sets, so that a packet costs the same however many there are: `links`, the interfaces of VEs, and `bound4`
 * and `bound6`, which hardware and source address may come from which of them. What comes from a VE with others is dropped and
 * counted before connection tracking sees it, and so is a VE's claim to be a neighbour or a router: the node knows its VEs. The
 * sets hold names, not indexes: a VE is filtered from its link's first packet on.
 *
 * Sets that count are made once and kept: a later ruleset leaves what they hold. `replaced` begins anew instead, which a ruleset of
 * another version may need. `gone` are rules of before, whose sets and counters go.
 */
export function compileRuleset(
  input: RulesetInput,
  options: { readonly replaced?: boolean; readonly gone?: Firewall } = {},
): string {
  const [inet, arp, bridge] = nodeTables(input.config);
  const replaced = options.replaced === true;
  const places: readonly (readonly [NftTable, WallPlace])[] = [
    [inet, onLinks(input.config)],
    ...(bridge === undefined ? [] : [[bridge, onBridges(input.config)] as const]),
  ];
  const { gone } = options;
  const removals =
    gone === undefined || replaced
      ? []
      : places.flatMap(([table, place]) => removedWalls(table, place, input, gone));
  return [
    tableText(inet, inetTable(input), replaced),
    tableText(arp, arpTable(input), replaced),
    ...(bridge === undefined ? [] : [tableText(bridge, bridgeTable(input), replaced)]),
    ...removals.map((line) => `${line}\n`),
  ].join('');
}

function removedWalls(
  { family, name }: NftTable,
  place: WallPlace,
  { firewall, ves }: RulesetInput,
  gone: Firewall,
): readonly string[] {
  const kept = new Set([...wallSets(place, firewall, ves).map((set) => set.name), ...wallCounters(firewall)]);
  const sets = wallSets(place, gone, ves).filter((set) => !kept.has(set.name));
  const counters = wallCounters(gone).filter((counter) => !kept.has(counter));
  return [
    ...sets.flatMap((set) => [
      `add set ${family} ${name} ${set.name} { type ${set.type}; }`,
      `delete set ${family} ${name} ${set.name}`,
    ]),
    ...counters.flatMap((counter) =>
      ['add', 'delete'].map((verb) => `${verb} counter ${family} ${name} ${counter}`),
    ),
  ];
}

function inetTable({ config, pools, firewall, ves }: RulesetInput): TableParts {
  const translated = pools.filter(({ nat }) => nat);
  const prefixes = (family: string) =>
    translated.filter((pool) => pool.family === family).map(({ prefix }) => prefix);
  const classes = parseClasses(config.network.classes);
  return {
    counting: [spoofedSet, ...trafficSets(classes)],
    counters: wallCounters(firewall),
    sets: [
      ...veSets(config, firewall, ves),
      { name: 'translated4', type: 'ipv4_addr', flags: 'interval', elements: prefixes('ipv4') },
      { name: 'translated6', type: 'ipv6_addr', flags: 'interval', elements: prefixes('ipv6') },
      ...classMaps(classes),
    ],
    chains: [
      { name: 'spoof', rules: [`update @${spoofedSet} { iifname counter } drop`] },
      ...trafficChains(classes),
      sourcesChain,
      ...translationChains(translated.length > 0),
      totalsChain(config),
      ...wallChains(onLinks(config), firewall, ves),
    ],
  };
}

const sourcesChain: Chain = {
  name: 'sources',
  hook: 'type filter hook prerouting priority raw; policy accept;',
  rules: [
    'iifname != @links accept',
    `iifname . ether saddr . ip saddr @bound4 goto count_${trafficSet('out', 'ipv4', restClass)}`,
    'icmpv6 type { nd-neighbor-advert, nd-router-advert, nd-redirect } goto spoof',
    `iifname . ether saddr . ip6 saddr @bound6 goto count_${trafficSet('out', 'ipv6', restClass)}`,
    // a machine that looks for an address, or for neighbours on its link, lies to nobody
    'ip saddr 0.0.0.0 drop',
    'ip6 saddr { ::, fe80::/10 } drop',
    'goto spoof',
  ],
};

/** What is over the total of a device is dropped; senders slow down to what arrives. A burst is what comes in 20 milliseconds. */
function totalsChain({ network }: NetworkConfig): Chain {
  return {
    name: 'totals',
    hook: 'type filter hook forward priority -10; policy accept;',
    rules: network.totalRates.map(({ device, direction, kbit }) => {
      const sides =
        direction === 'out' ? `iifname @links oifname "${device}"` : `iifname "${device}" oifname @links`;
      const bytes = Math.ceil((kbit * 1000) / 8);
      const burst = Math.max(131_072, Math.ceil(bytes / 50));
      return `${sides} limit rate over ${bytes} bytes/second burst ${burst} bytes drop`;
    }),
  };
}

/** Chains without rules cost connections nothing but their own tracking. */
function translationChains(isMasquerading: boolean): readonly Chain[] {
  const forwarding = [
    'fib daddr type local dnat ip to meta l4proto . th dport map @forwards4',
    'fib daddr type local dnat ip6 to meta l4proto . th dport map @forwards6',
  ];
  return [
    {
      name: 'forwarding',
      hook: 'type nat hook prerouting priority dstnat; policy accept;',
      rules: forwarding,
    },
    { name: 'own_forwarding', hook: 'type nat hook output priority -100; policy accept;', rules: forwarding },
    {
      name: 'translation',
      hook: 'type nat hook postrouting priority srcnat; policy accept;',
      rules: [
        // a VE that calls its own forwarded port would answer itself past the node
        'ct status dnat iifname @links oifname @links masquerade',
        ...(isMasquerading
          ? [
              'ip saddr @translated4 ip daddr != @translated4 oifname != @links masquerade',
              'ip6 saddr @translated6 ip6 daddr != @translated6 oifname != @links masquerade',
            ]
          : []),
      ],
    },
  ];
}

function arpTable({ config, ves }: RulesetInput): TableParts {
  return {
    counting: [spoofedSet],
    counters: [],
    sets: arpSets(config, ves),
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

/** Every set that VEs are elements of. */
function veSets(config: NetworkConfig, firewall: Firewall, ves: readonly VeLink[]): readonly NamedSet[] {
  const bound = (family: 'ipv4' | 'ipv6') => ves.flatMap((ve) => boundElements(config, ve, family));
  const forwards = (family: 'ipv4' | 'ipv6') => ves.flatMap((ve) => forwardElements(ve, family));
  const service = 'inet_proto . inet_service';
  return [
    { name: 'links', type: 'ifname', elements: ves.map((ve) => linkElement(config, ve)) },
    { name: 'bound4', type: 'ifname . ether_addr . ipv4_addr', elements: bound('ipv4') },
    { name: 'bound6', type: 'ifname . ether_addr . ipv6_addr', elements: bound('ipv6') },
    { name: 'forwards4', type: service, data: 'ipv4_addr . inet_service', elements: forwards('ipv4') },
    { name: 'forwards6', type: service, data: 'ipv6_addr . inet_service', elements: forwards('ipv6') },
    ...wallSets(onLinks(config), firewall, ves),
  ];
}

function arpSets(config: NetworkConfig, ves: readonly VeLink[]): readonly NamedSet[] {
  return [
    { name: 'links', type: 'ifname', elements: ves.map((ve) => linkElement(config, ve)) },
    {
      name: 'bound4',
      type: 'ifname . ether_addr . ipv4_addr',
      elements: ves.flatMap((ve) => boundElements(config, ve, 'ipv4')),
    },
  ];
}

/** One VE more. Adding what is there already changes nothing. */
export function compileBinding(base: RulesetBase, ve: VeLink): string {
  return lines(veLines(base, ve, 'add'));
}

/** One VE less, its counters included. Each element is added first, because nft refuses to delete what is not there. */
export function compileUnbinding(base: RulesetBase, ve: VeLink): string {
  const [inet, arp, bridge] = nodeTables(base.config);
  const counted = (names: readonly string[]) =>
    names.map((name) => ({ name, type: 'ifname', elements: [linkElement(base.config, ve)] }));
  const ofInet = counted([spoofedSet, ...trafficSets(parseClasses(base.config.network.classes))]);
  const ofArp = counted([spoofedSet]);
  return lines([
    ...veLines(base, ve, 'add'),
    ...veLines(base, ve, 'delete'),
    ...(['add', 'delete'] as const).flatMap((verb) => [
      ...elementLines(inet, ofInet, verb),
      ...elementLines(arp, ofArp, verb),
      ...(bridge === undefined ? [] : elementLines(bridge, portCounters(base.config, ve), verb)),
    ]),
  ]);
}

/** A VE's binding instead of another, in one transaction. */
export function compileRebinding(base: RulesetBase, from: VeLink, to: VeLink): string {
  return lines([
    ...veLines(base, from, 'add'),
    ...veLines(base, from, 'delete'),
    ...veLines(base, to, 'add'),
    ...goneCounters(base, from, to),
  ]);
}

/** What was counted for ports that are no more. */
function goneCounters({ config }: RulesetBase, from: VeLink, to: VeLink): readonly string[] {
  const [, , bridge] = nodeTables(config);
  const kept = new Set(to.interfaces.map(({ index }) => index));
  const interfaces = from.interfaces.filter(({ index }) => !kept.has(index));
  const sets = portCounters(config, { ctid: from.ctid, interfaces });
  if (bridge === undefined) return [];
  return (['add', 'delete'] as const).flatMap((verb) => elementLines(bridge, sets, verb));
}

function veLines({ config, firewall }: RulesetBase, ve: VeLink, verb: 'add' | 'delete'): readonly string[] {
  const [inet, arp, bridge] = nodeTables(config);
  return [
    ...elementLines(inet, veSets(config, firewall, [ve]), verb),
    ...elementLines(arp, arpSets(config, [ve]), verb),
    ...(bridge === undefined ? [] : elementLines(bridge, portSets(config, firewall, [ve]), verb)),
  ];
}

const lines = (all: readonly string[]) => `${all.join('\n')}\n`;

function linkElement(config: NetworkConfig, { ctid }: Pick<VeLink, 'ctid'>): string {
  return `"${hostLinkName(config, ctid)}"`;
}

function boundElements(config: NetworkConfig, ve: VeLink, family: string): readonly string[] {
  return ve.addresses
    .filter((address) => familyOf(address) === family)
    .map((address) => `${linkElement(config, ve)} . ${linkMacs(ve.ctid).guest} . ${address}`);
}

/** A forward leads to the first address of its family. */
function forwardElements({ addresses, forwards }: VeLink, family: string): readonly string[] {
  const target = addresses.find((address) => familyOf(address) === family);
  if (target === undefined) return [];
  return parseForwards(forwards).map(
    ({ protocol, port, target: inside }) => `${protocol} . ${port} : ${target} . ${inside}`,
  );
}
