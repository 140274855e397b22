import type { NodeConfig } from '@insula/contract';
import { hostPrefix } from '../addresses/address.ts';
import type { VeLink } from '../ve-link.ts';

/** A VE as others look for it. */
export type NamedVe = Pick<VeLink, 'ctid' | 'addresses'> & { readonly name: string };

type NamesConfig = { readonly network: Pick<NodeConfig['network'], 'names' | 'gateway' | 'dns'> };

/** A host name of RFC 1123; others, such as those with an underscore, are no names for DNS. */
const hostname =
  /^(?=.{1,200}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * The file of hosts(5) that answers are made from: a line for each address of each VE. DNS makes no difference between capitals and
 * small letters: of VEs whose names differ only in them, the one with the lowest CTID has the name.
 */
export function compileNames(domain: string, ves: readonly NamedVe[]): string {
  const owners = new Map<string, NamedVe>();
  for (const ve of ves.toSorted((a, b) => a.ctid - b.ctid)) {
    const name = ve.name.toLowerCase();
    if (hostname.test(name) && !owners.has(name)) owners.set(name, ve);
  }
  return [...owners]
    .flatMap(([name, { addresses }]) => addresses.map((address) => `${address} ${name}.${domain}\n`))
    .join('');
}

/**
 * Options of dnsmasq(8): it answers for VEs on the address of their gateway, never asks others for their names, and asks the name
 * servers of the configuration, or the node's own, for all else.
 */
export function compileNameServer({ network }: NamesConfig, hostsPath: string): readonly string[] {
  const { domain } = network.names;
  return [
    `--listen-address=${network.gateway}`,
    '--bind-interfaces',
    '--no-hosts',
    `--addn-hosts=${hostsPath}`,
    `--local=/${domain}/`,
    '--domain-needed',
    '--cache-size=1000',
    '--pid-file=',
    '--log-facility=-',
    ...(network.dns.length === 0
      ? ['--resolv-file=/etc/resolv.conf']
      : ['--no-resolv', ...network.dns.map((server) => `--server=${server}`)]),
  ];
}

/** Lines for `ip -batch`: the gateway's address is there before the first VE is, for a server to be bound to. */
export function compileNameServerAddress({ network }: NamesConfig): readonly string[] {
  return network.names.enabled ? [`address replace ${hostPrefix(network.gateway)} dev lo scope link`] : [];
}
