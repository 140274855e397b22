import type { NetworkConfig } from './links.ts';
import type { VeLink } from './ve-link.ts';
import { openFirewall } from './walls.ts';

/** The network of a node for tests. */
export function fakeConfig(network: Partial<NetworkConfig['network']> = {}): NetworkConfig {
  return {
    interfacePrefix: 'ins',
    network: {
      pool: '10.101.0.0/16',
      gateway: '169.254.101.1',
      gateway6: 'fe80::1',
      pools: [],
      classes: [],
      attachable: { bridges: [], parents: [], devices: [] },
      apiPorts: [],
      rateMpu: 0,
      totalRates: [],
      nat: true,
      table: 'insula',
      dns: [],
      names: { enabled: false, domain: 'insula.internal' },
      ...network,
    },
  };
}

/** The link of a VE for tests, with nothing but what is said. */
export function fakeLink(ctid: number, addresses: readonly string[], more: Partial<VeLink> = {}): VeLink {
  const uuid = `00000000-0000-4000-8000-${String(ctid).padStart(12, '0')}`;
  return {
    uuid,
    ctid,
    addresses,
    groups: [],
    forwards: [],
    apiAccess: false,
    rates: [],
    ratebound: false,
    interfaces: [],
    ...more,
  };
}

export const noWalls = () => openFirewall;
