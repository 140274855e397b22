import type { Firewall, NetworkInterface } from '@insula/contract';
import type { NftTable } from '@insula/host';
import type { NetworkConfig } from '../links.ts';
import type { NamedSet, TableParts } from '../ruleset-text.ts';
import {
  classMaps,
  parseClasses,
  restClass,
  spoofedSet,
  trafficChains,
  trafficSet,
  trafficSets,
} from '../traffic-classes.ts';
import type { VeLink } from '../ve-link.ts';
import { onBridges, wallChains, wallCounters, wallSets } from '../walls.ts';
import { bridged, interfaceId, linkLocal, parseInterfaceAddress, portName } from './interface.ts';

/**
 * Addresses that VEs were given by DHCP, learned from the answers that pass to them: hardware address and IPv4 address. Whoever
 * renews stays in it.
 */
const leasedSet = { name: 'leased', typeof: '@th,288,48 . @th,192,32', timeout: '30d' };

/** Whether a node's VEs can be on bridges at all: others need no rules for them, nor a kernel that has such. */
export function hasBridges({ network }: NetworkConfig): boolean {
  return network.attachable.bridges.length > 0;
}

/** The table for what passes through bridges. */
export function bridgeTableOf({ network }: NetworkConfig): NftTable {
  return { family: 'bridge', name: network.table };
}

interface Input {
  readonly config: NetworkConfig;
  readonly firewall: Firewall;
  readonly ves: readonly VeLink[];
}

/**
 * The rules for ports of VEs on bridges. From a port with a filter comes only what carries its hardware address and one of its
 * addresses: as source of IP, in ARP, in neighbour discovery. It is no router and no DHCP server, and what is neither IP nor ARP is
 * dropped, tagged frames and spanning trees included. All of that is counted for each port.
 *
 * Sets with `typeof` hold raw parts of packets, since nft has no words for an address in the body of a message: offsets are bits
 * from the beginning of the network (nh) or transport header (th), or of the frame (ll).
 */
export function bridgeTable({ config, firewall, ves }: Input): TableParts {
  const classes = parseClasses(config.network.classes);
  return {
    counting: [spoofedSet, ...trafficSets(classes)],
    counters: wallCounters(firewall),
    learned: [leasedSet],
    sets: [...portSets(config, firewall, ves), ...classMaps(classes)],
    chains: [
      { name: 'spoof', rules: [`update @${spoofedSet} { iifname counter } drop`] },
      ...trafficChains(classes, 'bridge'),
      { name: 'arp_sources', rules: arpRules },
      { name: 'ipv4_sources', rules: ipv4Rules },
      { name: 'ipv6_sources', rules: ipv6Rules },
      {
        name: 'sources',
        hook: 'type filter hook prerouting priority -300; policy accept;',
        rules: [
          'iifname != @filtered accept',
          'iifname . ether saddr != @macs goto spoof',
          'ether type vmap { arp : goto arp_sources, ip : goto ipv4_sources, ip6 : goto ipv6_sources }',
          'goto spoof',
        ],
      },
      {
        name: 'sent',
        hook: 'type filter hook prerouting priority -290; policy accept;',
        rules: [
          'iifname != @links accept',
          `ether type ip goto count_${trafficSet('out', 'ipv4', restClass)}`,
          `ether type ip6 goto count_${trafficSet('out', 'ipv6', restClass)}`,
        ],
      },
      {
        name: 'leases',
        hook: 'type filter hook postrouting priority 100; policy accept;',
        rules: [
          // the first option of an acknowledgement says that it is one (RFC 2131, in practice)
          `oifname @leasing udp sport 67 udp dport 68 @th,1984,24 0x350105 update @${leasedSet.name} { @th,288,48 . @th,192,32 }`,
        ],
      },
      ...wallChains(onBridges(config), firewall, ves),
    ],
  };
}

const arpRules = [
  'iifname . arp saddr ether != @macs goto spoof',
  'iifname . arp saddr ip @bound4 accept',
  `@nh,64,48 . @nh,112,32 @${leasedSet.name} accept`,
  'arp saddr ip 0.0.0.0 accept',
  'goto spoof',
];

const ipv4Rules = [
  'udp sport 67 goto spoof',
  'iifname . ip saddr @bound4 accept',
  `@ll,48,48 . @nh,96,32 @${leasedSet.name} accept`,
  'ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept',
  'goto spoof',
];

/** Addresses that end as its hardware address says are its own: nobody else has one, and routers give them to whoever asks. */
const ipv6Rules = [
  'icmpv6 type { nd-router-advert, nd-redirect } goto spoof',
  'udp sport 547 goto spoof',
  'icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @bound6 iifname . @th,128,64 != @made6 goto spoof',
  'ip6 saddr :: icmpv6 type nd-neighbor-solicit iifname . @th,64,128 @bound6 accept',
  'ip6 saddr :: icmpv6 type nd-neighbor-solicit iifname . @th,128,64 @made6 accept',
  'ip6 saddr :: icmpv6 type { nd-router-solicit, mld-listener-report, mld2-listener-report } accept',
  'iifname . @nh,64,128 @bound6 accept',
  'iifname . @nh,128,64 @made6 accept',
  'goto spoof',
];

/** Every set that ports of VEs are elements of. */
export function portSets(
  config: NetworkConfig,
  firewall: Firewall,
  ves: readonly VeLink[],
): readonly NamedSet[] {
  const elements = (
    wanted: (one: NetworkInterface) => boolean,
    rest: (one: NetworkInterface) => readonly string[],
  ) =>
    ves.flatMap((ve) =>
      bridged(ve.interfaces)
        .filter(wanted)
        .flatMap((one) => rest(one).map((part) => `"${portName(config, ve.ctid, one)}"${part}`)),
    );
  const isFiltered = ({ filter }: NetworkInterface) => filter;
  const addressesOf = (one: NetworkInterface, family: string) =>
    one.addresses.flatMap((written) => {
      const address = parseInterfaceAddress(written);
      return address?.family === family ? [address] : [];
    });
  return [
    {
      name: 'links',
      type: 'ifname',
      elements: elements(
        () => true,
        () => [''],
      ),
    },
    { name: 'filtered', type: 'ifname', elements: elements(isFiltered, () => ['']) },
    {
      name: 'leasing',
      type: 'ifname',
      elements: elements(
        ({ dhcp }) => dhcp,
        () => [''],
      ),
    },
    {
      name: 'macs',
      type: 'ifname . ether_addr',
      elements: elements(isFiltered, ({ mac }) => [` . ${mac}`]),
    },
    {
      name: 'bound4',
      type: 'ifname . ipv4_addr',
      elements: elements(isFiltered, (one) => addressesOf(one, 'ipv4').map(({ text }) => ` . ${text}`)),
    },
    {
      name: 'bound6',
      typeof: 'iifname . @nh,64,128',
      elements: elements(isFiltered, (one) =>
        [linkLocal(one.mac), ...addressesOf(one, 'ipv6').map(({ value }) => value)].map(
          (value) => ` . ${hex(value)}`,
        ),
      ),
    },
    {
      name: 'made6',
      typeof: 'iifname . @nh,128,64',
      elements: elements(isFiltered, ({ mac }) => [` . ${hex(interfaceId(mac))}`]),
    },
    ...wallSets(onBridges(config), firewall, ves),
  ];
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

/** Sets that count for ports: what they hold of a port goes with it. */
export function portCounters(
  config: NetworkConfig,
  ve: Pick<VeLink, 'ctid' | 'interfaces'>,
): readonly NamedSet[] {
  const ports = bridged(ve.interfaces).map((one) => `"${portName(config, ve.ctid, one)}"`);
  const names = [spoofedSet, ...trafficSets(parseClasses(config.network.classes))];
  return ports.length === 0 ? [] : names.map((name) => ({ name, type: 'ifname', elements: ports }));
}
