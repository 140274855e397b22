import type { Firewall, FirewallRule } from '@insula/contract';
import { familyOf } from './addresses/address.ts';
import { bridged, portName } from './interfaces/interface.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';
import type { Chain, NamedSet } from './ruleset-text.ts';
import type { VeLink } from './ve-link.ts';

/** A node whose VEs may do what they like. */
export const openFirewall: Firewall = {
  format: 1,
  policy: { in: 'accept', out: 'accept', between: 'allow' },
  nextId: 1,
  rules: [],
};

/** The name of the counter of a rule. */
export function ruleCounter(id: number): string {
  return `rule_${id}`;
}

/** Where rules meet packets: between the routed links and the node, or on bridges. */
export interface WallPlace {
  readonly config: NetworkConfig;
  readonly isBridge: boolean;
  /** The devices of the node through which a VE speaks there. */
  linksOf(ve: VeLink): readonly string[];
}

export function onLinks(config: NetworkConfig): WallPlace {
  return { config, isBridge: false, linksOf: ({ ctid }) => [hostLinkName(config, ctid)] };
}

export function onBridges(config: NetworkConfig): WallPlace {
  return {
    config,
    isBridge: true,
    linksOf: ({ ctid, interfaces }) => bridged(interfaces).map((one) => portName(config, ctid, one)),
  };
}

/** Sets of links that rules and policy go by: a VE more or less changes their elements, and no rule. */
export function wallSets(
  place: WallPlace,
  { policy, rules }: Firewall,
  ves: readonly VeLink[],
): readonly NamedSet[] {
  const linksOf = (members: readonly VeLink[]) =>
    members.flatMap((ve) => place.linksOf(ve).map((link) => `"${link}"`));
  const groups = policy.between === 'groups' ? groupsOf(ves) : [];
  return [
    { name: 'trusted', type: 'ifname', elements: linksOf(ves.filter(({ apiAccess }) => apiAccess)) },
    ...groups.map((group) => ({
      name: groupSet(group),
      type: 'ifname',
      elements: linksOf(ves.filter((ve) => ve.groups.includes(group))),
    })),
    ...rules.flatMap((rule) => [
      ...(rule.ves.length === 0
        ? []
        : [
            {
              name: subjectSet(rule),
              type: 'ifname',
              elements: linksOf(ves.filter((ve) => isAbout(rule.ves, ve))),
            },
          ]),
      ...(remoteGroups(rule).length === 0
        ? []
        : [
            {
              name: remoteSet(rule),
              type: 'ifname',
              elements: linksOf(ves.filter((ve) => isAbout(remoteGroups(rule), ve))),
            },
          ]),
    ]),
  ];
}

/** Counters of rules, kept when the ruleset is made again. */
export function wallCounters({ rules }: Firewall): readonly string[] {
  return rules.map(({ id }) => ruleCounter(id));
}

/**
 * The chains of the firewall. A node without walls has none that a packet has to pass.
 *
 * On bridges there is no connection tracking that every kernel has (nf_conntrack_bridge): answers of TCP are known by their flags,
 * those of other protocols need a rule. Nothing is rejected there, since nft can answer from no forwarding hook of a bridge. What
 * neighbours need to find each other always passes.
 */
export function wallChains(
  { config: { network }, isBridge }: WallPlace,
  { policy, rules }: Firewall,
  ves: readonly VeLink[],
): readonly Chain[] {
  const counting = rules.filter(({ enabled }) => enabled);
  const entering = decisions(counting, 'in', policy.in, isBridge);
  const leaving = decisions(counting, 'out', policy.out, isBridge);
  const between = betweenRules(policy.between, ves);
  const isOpen = entering.length + leaving.length + between.length === 0;
  const api =
    network.apiPorts.length === 0
      ? []
      : [`iifname @links iifname != @trusted tcp dport { ${network.apiPorts.join(', ')} } counter drop`];
  const jump = (side: 'iifname' | 'oifname', chain: readonly string[], name: string) =>
    chain.length === 0 ? [] : [`${side} @links jump ${name}`];
  const established = isBridge ? bridgePassing : ['ct state established,related accept'];
  return [
    { name: 'leaving', rules: leaving },
    { name: 'entering', rules: entering },
    { name: 'between', rules: between },
    {
      name: 'forwarded',
      hook: 'type filter hook forward priority filter; policy accept;',
      rules: isOpen
        ? []
        : [
            ...established,
            ...(between.length === 0 ? [] : ['iifname @links oifname @links jump between']),
            ...jump('iifname', leaving, 'leaving'),
            ...jump('oifname', entering, 'entering'),
          ],
    },
    {
      name: 'to_node',
      hook: 'type filter hook input priority filter; policy accept;',
      rules: [
        ...api,
        ...(leaving.length === 0 ? [] : [...established, ...jump('iifname', leaving, 'leaving')]),
      ],
    },
    {
      name: 'from_node',
      hook: 'type filter hook output priority filter; policy accept;',
      rules: entering.length === 0 ? [] : [...established, ...jump('oifname', entering, 'entering')],
    },
  ];
}

/** What no rule holds up on a bridge: neighbours that look for each other, DHCP, and TCP that is no beginning. */
const bridgePassing = [
  'ether type arp accept',
  'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert } accept',
  'udp sport . udp dport { 67 . 68, 68 . 67 } accept',
  'tcp flags & (syn | ack) != syn accept',
];

function betweenRules(policy: Firewall['policy']['between'], ves: readonly VeLink[]): readonly string[] {
  if (policy === 'allow') return [];
  const groups = policy === 'groups' ? groupsOf(ves) : [];
  return [
    ...groups.map((group) => `iifname @${groupSet(group)} oifname @${groupSet(group)} return`),
    'counter drop',
  ];
}

/** The rules of one direction and what follows them. To accept is to leave the chain: the other VE's rules may be asked yet. */
function decisions(
  rules: readonly FirewallRule[],
  direction: FirewallRule['direction'],
  policy: 'accept' | 'drop',
  isBridge: boolean,
): readonly string[] {
  return [
    ...rules.filter((rule) => rule.direction === direction).flatMap((rule) => ruleLines(rule, isBridge)),
    ...(policy === 'drop' ? ['counter drop'] : []),
  ];
}

const verdicts: Readonly<Record<FirewallRule['action'], string>> = {
  accept: 'return',
  drop: 'drop',
  reject: 'reject with icmpx admin-prohibited',
};

function ruleLines(rule: FirewallRule, isBridge: boolean): readonly string[] {
  const [own, other] = rule.direction === 'in' ? ['oifname', 'iifname'] : ['iifname', 'oifname'];
  const end = [
    `counter name ${ruleCounter(rule.id)}`,
    ...(rule.log ? [`log prefix "insula rule ${rule.id}: "`] : []),
    isBridge && rule.action === 'reject' ? 'drop' : verdicts[rule.action],
  ].join(' ');
  const subject = rule.ves.length === 0 ? [] : [`${own} @${subjectSet(rule)}`];
  return remotes(rule, other).flatMap((remote) =>
    packets(rule).map((packet) => [...subject, ...remote, ...packet, end].join(' ')),
  );
}

/** The other side: each family in a rule of its own. */
function remotes(rule: FirewallRule, other: string): readonly (readonly string[])[] {
  if (rule.remote.length === 0) return [[]];
  const side = rule.direction === 'in' ? 'saddr' : 'daddr';
  const prefixes = rule.remote.filter((remote) => !remote.startsWith('group:'));
  const ofFamily = (family: string) => prefixes.filter((prefix) => familyOf(prefix) === family);
  const [four, six] = [ofFamily('ipv4'), ofFamily('ipv6')];
  return [
    ...(four.length === 0 ? [] : [[`ip ${side} { ${four.join(', ')} }`]]),
    ...(six.length === 0 ? [] : [[`ip6 ${side} { ${six.join(', ')} }`]]),
    ...(remoteGroups(rule).length === 0 ? [] : [[`${other} @${remoteSet(rule)}`]]),
  ];
}

function packets({ protocol, ports }: FirewallRule): readonly (readonly string[])[] {
  if (protocol === 'any') return [[]];
  if (protocol === 'icmp') return [['meta l4proto { icmp, ipv6-icmp }']];
  return ports.length === 0
    ? [[`meta l4proto ${protocol}`]]
    : [[`${protocol} dport { ${ports.join(', ')} }`]];
}

function isAbout(selectors: readonly string[], { uuid, groups }: VeLink): boolean {
  return selectors.some((selector) =>
    selector.startsWith('group:') ? groups.includes(selector.slice(6)) : selector === uuid,
  );
}

function remoteGroups({ remote }: FirewallRule): readonly string[] {
  return remote.filter((one) => one.startsWith('group:'));
}

function groupsOf(ves: readonly VeLink[]): readonly string[] {
  return [...new Set(ves.flatMap(({ groups }) => groups))].sort();
}

/** Names of groups have no underscore. */
const groupSet = (group: string) => `group_${group.replaceAll('-', '_')}`;
const subjectSet = ({ id }: FirewallRule) => `subject_${id}`;
const remoteSet = ({ id }: FirewallRule) => `remote_${id}`;
