import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { NodeConfig } from '@insula/contract';

/** What clients may call the node: its names, and the addresses that it has right now. */
export function apiNames(config: Pick<NodeConfig, 'name' | 'api'>): readonly string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((interfaces) => interfaces ?? [])
    .map(({ address }) => address)
    // link-local ones are worth nothing without their interface
    .filter((address) => !address.startsWith('fe80:') && !address.startsWith('169.254.'));
  return [...new Set([...ownNames(config), '127.0.0.1', '::1', ...addresses, ...config.api.names])];
}

/** Addresses of the panel by name, as browsers write origins. */
export function panelOrigins(config: Pick<NodeConfig, 'name' | 'api'>): readonly string[] {
  const { names, port, oidc } = config.api;
  const hosts = [...names.filter((name) => isDomain(name)), ...ownNames(config)];
  const origins = hosts.map((host) => new URL(`https://${host}:${port}`).origin);
  if (oidc !== undefined && isDomain(new URL(oidc.panel).hostname))
    origins.unshift(new URL(oidc.panel).origin);
  return [...new Set(origins)];
}

/** The domains among the names that the node was given: an authority certifies no others. */
export function apiDomains({ api }: Pick<NodeConfig, 'api'>): readonly string[] {
  const domains = api.names.filter((name) => isDomain(name) && name.includes('.'));
  return [...new Set(domains.map((name) => name.toLowerCase()))];
}

function ownNames({ name }: Pick<NodeConfig, 'name'>): readonly string[] {
  return [...[name, hostname()].filter((host) => /^[A-Za-z0-9.-]{1,253}$/.test(host)), 'localhost'];
}

/** A host without a name is no domain, and browsers make no passkeys for it (WebAuthn §5.1.3, effective domain). */
const isDomain = (host: string): boolean =>
  isIP(host) === 0 && /^(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*$/.test(host);
