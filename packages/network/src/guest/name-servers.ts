import { Address4 } from 'ip-address';

/** Files of the node that name its servers, best first; where the first names only a local stub, systemd-resolved has the second. */
export const nodeResolverFiles = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'] as const;

/**
 * The name servers of a VE: its own, else those of the node's configuration, else those that the node itself uses.
 * @param nodeResolvers texts of `nodeResolverFiles`, null for a missing one. The first that names a server a VE can reach counts
 */
export function chooseNameServers(choice: {
  readonly ve: readonly string[];
  readonly node: readonly string[];
  readonly nodeResolvers: readonly (string | null)[];
}): readonly string[] {
  const candidates = [
    choice.ve,
    choice.node,
    ...choice.nodeResolvers.map((text) => parseNameServers(text ?? '')),
  ];
  return candidates.find((servers) => servers.length > 0) ?? [];
}

/** The servers of a resolv.conf (resolv.conf(5)) that a VE can reach: IPv4, and not the node's loopback. */
export function parseNameServers(text: string): readonly string[] {
  const servers = text.split('\n').flatMap((line) => {
    const address = /^nameserver[ \t]+(\S+)/.exec(line)?.[1];
    return address !== undefined && Address4.isValid(address) && !address.startsWith('127.') ? [address] : [];
  });
  return [...new Set(servers)];
}
