import { familyOf, hostPrefix } from '../addresses/address.ts';
import { guestLink } from '../links.ts';
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
  readonly gateway: string;
  readonly gateway6: string;
  /** As the template names it: 'debian', 'alpine', … */
  readonly distribution: string;
}

/** Distributions whose network is described in /etc/network/interfaces (ifupdown, or busybox's smaller one). */
const interfacesDistributions: readonly string[] = ['debian', 'devuan', 'alpine'];

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
    ...(interfacesDistributions.includes(network.distribution)
      ? [block('/etc/network/interfaces', interfacesLines(network))]
      : []),
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
function interfacesLines({ addresses, gateway, gateway6 }: GuestNetwork): readonly string[] {
  const commands = [
    `ip link set dev ${guestLink} up`,
    ...addresses.map((address) => `ip address replace ${hostPrefix(address)} dev ${guestLink}`),
    `ip route replace ${gateway}/32 dev ${guestLink} scope link`,
    `ip route replace default via ${gateway} dev ${guestLink}`,
    ...(addresses.some((address) => familyOf(address) === 'ipv6')
      ? [`ip -6 route replace default via ${gateway6} dev ${guestLink}`]
      : []),
  ];
  return [
    `auto ${guestLink}`,
    `iface ${guestLink} inet manual`,
    ...commands.map((command) => `    up ${command}`),
  ];
}
