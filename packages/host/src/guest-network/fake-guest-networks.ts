import type { GuestNetwork, GuestNetworkScript, GuestNetworks } from './guest-networks.ts';

/** The network of every VE is `network`; what is applied is recorded. */
export class FakeGuestNetworks implements GuestNetworks {
  readonly applied: { readonly pid: number; readonly script: GuestNetworkScript }[] = [];
  network: GuestNetwork = {
    links: [],
    routes: { '4': [], '6': [] },
    rules: { '4': [], '6': [] },
    neighbours: [],
    ruleset: '',
    legacyTables: { '4': '', '6': '' },
    sysctls: {},
  };

  async read(): Promise<GuestNetwork> {
    return this.network;
  }

  async apply(pid: number, script: GuestNetworkScript): Promise<readonly string[]> {
    this.applied.push({ pid, script });
    return [];
  }
}
