import type { NetworkInterface } from '@insula/contract';
import { familyOf, hostPrefix } from '../addresses/address.ts';
import { guestLink } from '../links.ts';
import { hasIpv6 } from '../ve-link.ts';
import { interfacesStanza, netplanEntry, networkdUnit, networkManagerKeyfile } from './interface-lines.ts';
import { mergeManagedBlock } from './managed-block.ts';

/** A file in a VE that must agree with its network: wholly ours, or a block of ours among other lines. */
export type GuestFile = {
  readonly path: string;
  readonly mode: number;
} & (
  | { readonly kind: 'whole'; readonly content: string }
  | { readonly kind: 'block'; readonly block: string }
);

export interface GuestNetwork {
  readonly hostname: string;
  readonly dns: { readonly servers: readonly string[]; readonly search: readonly string[] };
  readonly addresses: readonly string[];
  /** Beside the routed link. */
  readonly interfaces: readonly NetworkInterface[];
  readonly gateway: string;
  readonly gateway6: string;
  /** As the template names it: 'debian', 'alpine', … */
  readonly distribution: string;
}

/** Distributions by what configures their network; those that are not here are left to the node. */
const configuredBy: Readonly<Record<string, 'interfaces' | 'networkd' | 'netplan' | 'network-manager'>> = {
  debian: 'interfaces',
  devuan: 'interfaces',
  alpine: 'interfaces',
  arch: 'networkd',
  opensuse: 'networkd',
  ubuntu: 'netplan',
  fedora: 'network-manager',
  centos: 'network-manager',
  rhel: 'network-manager',
  rocky: 'network-manager',
  almalinux: 'network-manager',
};

/**
 * The files through which a VE's own tools know what its network is. The node sets the network up before init runs, so that a VE
 * is reachable whatever they say.
 */
export function compileGuestFiles(network: GuestNetwork): readonly GuestFile[] {
  const block = (path: string, lines: readonly string[]): GuestFile => ({
    kind: 'block',
    path,
    mode: 0o644,
    block: lines.map((line) => `${line}\n`).join(''),
  });
  return [
    { kind: 'whole', path: '/etc/hostname', mode: 0o644, content: `${network.hostname}\n` },
    block('/etc/hosts', hostsLines(network)),
    block('/etc/resolv.conf', resolverLines(network)),
    ...linkFiles(network).map(({ path, mode, lines }) => ({ ...block(path, lines), mode })),
  ];
}

/**
 * What a file must hold.
 * @param existing its text now; null when there is none
 * @returns null when it is right already
 */
export function guestFileContent(file: GuestFile, existing: string | null): string | null {
  const content = file.kind === 'whole' ? file.content : mergeManagedBlock(existing, file.block);
  return content === (existing ?? '') ? null : content;
}

interface LinkFile {
  readonly path: string;
  readonly mode: number;
  readonly lines: readonly string[];
}

const keyfiles = '/etc/NetworkManager/system-connections';

/** How the VE's own tools know its links. The node has set them up before they run; what they do again changes nothing. */
function linkFiles(network: GuestNetwork): readonly LinkFile[] {
  const others = network.interfaces.map((one) => ({ one, routed: network.addresses }));
  switch (configuredBy[network.distribution]) {
    case 'interfaces':
      return [
        {
          path: '/etc/network/interfaces',
          mode: 0o644,
          lines: [...interfacesLines(network), ...others.flatMap(interfacesStanza)],
        },
      ];
    case 'networkd':
      return [
        { path: '/etc/systemd/network/10-insula.network', mode: 0o644, lines: networkdLines(network) },
        ...others.map((other) => ({
          path: `/etc/systemd/network/10-insula-${other.one.name}.network`,
          mode: 0o644,
          lines: networkdUnit(other),
        })),
      ];
    case 'netplan':
      return [
        {
          path: '/etc/netplan/10-insula.yaml',
          mode: 0o600,
          lines: [...netplanLines(network), ...others.flatMap(netplanEntry)],
        },
      ];
    case 'network-manager':
      // anything more open is ignored: nm-settings-keyfile(5)
      return [
        { path: `${keyfiles}/insula.nmconnection`, mode: 0o600, lines: keyfileLines(network) },
        ...others.map((other) => ({
          path: `${keyfiles}/insula-${other.one.name}.nmconnection`,
          mode: 0o600,
          lines: networkManagerKeyfile(other),
        })),
      ];
    default:
      return [];
  }
}

/** Without an address on the routed link, the way out is through another interface, if there is one. */
function isWayOut({ addresses, interfaces }: Pick<GuestNetwork, 'addresses' | 'interfaces'>): boolean {
  return addresses.length > 0 || interfaces.length === 0;
}

/** systemd.network(5): the gateway lies on the link, though no prefix says so. */
function networkdLines({ addresses, interfaces, gateway, gateway6 }: GuestNetwork): readonly string[] {
  return [
    '[Match]',
    `Name=${guestLink}`,
    '[Network]',
    'LinkLocalAddressing=no',
    'IPv6AcceptRA=no',
    'KeepConfiguration=static',
    ...addresses.map((address) => `Address=${hostPrefix(address)}`),
    ...(isWayOut({ addresses, interfaces }) ? ['[Route]', `Gateway=${gateway}`, 'GatewayOnLink=yes'] : []),
    ...(hasIpv6({ addresses }) ? ['[Route]', `Gateway=${gateway6}`, 'GatewayOnLink=yes'] : []),
  ];
}

/** netplan(5). */
function netplanLines({ addresses, interfaces, gateway, gateway6 }: GuestNetwork): readonly string[] {
  const route = (to: string, via: string) => [
    `        - to: ${to}`,
    `          via: ${JSON.stringify(via)}`,
    '          on-link: true',
  ];
  return [
    'network:',
    '  version: 2',
    '  ethernets:',
    `    ${guestLink}:`,
    '      link-local: []',
    '      accept-ra: false',
    `      addresses: [${addresses.map((address) => JSON.stringify(hostPrefix(address))).join(', ')}]`,
    ...(isWayOut({ addresses, interfaces }) ? ['      routes:', ...route('0.0.0.0/0', gateway)] : []),
    ...(hasIpv6({ addresses }) ? route('"::/0"', gateway6) : []),
  ];
}

/** nm-settings-keyfile(5): a family without an address is left off. */
function keyfileLines({ addresses, gateway, gateway6 }: GuestNetwork): readonly string[] {
  const section = (family: 'ipv4' | 'ipv6', via: string) => {
    const own = addresses.filter((address) => familyOf(address) === family);
    return [
      `[${family}]`,
      own.length === 0 ? 'method=disabled' : 'method=manual',
      ...own.map((address, index) => `address${index + 1}=${hostPrefix(address)}`),
      ...(own.length === 0
        ? []
        : [`route1=${family === 'ipv4' ? '0.0.0.0/0' : '::/0'},${via}`, 'route1_options=onlink=true']),
    ];
  };
  return [
    '[connection]',
    'id=insula',
    'type=ethernet',
    `interface-name=${guestLink}`,
    ...section('ipv4', gateway),
    ...section('ipv6', gateway6),
  ];
}

/** hosts(5): the full name first, the short one as alias. A VE without an address finds itself on the loopback, as Debian does. */
function hostsLines({ hostname, addresses }: GuestNetwork): readonly string[] {
  const [short] = hostname.split('.');
  const names = short === undefined || short === hostname ? hostname : `${hostname} ${short}`;
  const own = addresses.length > 0 ? addresses : ['127.0.1.1'];
  return [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    ...own.map((address) => `${address} ${names}`),
  ];
}

function resolverLines({ dns }: GuestNetwork): readonly string[] {
  return [
    ...dns.servers.map((server) => `nameserver ${server}`),
    ...(dns.search.length > 0 ? [`search ${dns.search.join(' ')}`] : []),
  ];
}

/**
 * interfaces(5). `manual`, because ifupdown's static method fails when the address is there already; each of these commands is
 * right whether the network stands or was taken down, and both implementations know them.
 */
function interfacesLines({ addresses, interfaces, gateway, gateway6 }: GuestNetwork): readonly string[] {
  const commands = [
    `ip link set dev ${guestLink} up`,
    ...addresses.map((address) => `ip address replace ${hostPrefix(address)} dev ${guestLink}`),
    `ip route replace ${gateway}/32 dev ${guestLink} scope link`,
    ...(isWayOut({ addresses, interfaces })
      ? [`ip route replace default via ${gateway} dev ${guestLink}`]
      : []),
    ...(hasIpv6({ addresses }) ? [`ip -6 route replace default via ${gateway6} dev ${guestLink}`] : []),
  ];
  return [
    `auto ${guestLink}`,
    `iface ${guestLink} inet manual`,
    ...commands.map((command) => `    up ${command}`),
  ];
}
