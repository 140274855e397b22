import type { LocalNetwork, Neighbours, Probe } from './neighbours.ts';

/** Networks in memory: `owners` answer probes, and what is announced is noted. */
export class FakeNeighbours implements Neighbours {
  readonly networks: LocalNetwork[] = [];
  /** Hardware addresses of others, by the address they have. */
  readonly owners = new Map<string, string>();
  readonly probed: string[] = [];
  readonly announced: string[] = [];

  localNetworks(): readonly LocalNetwork[] {
    return this.networks;
  }

  async probe({ address }: Probe): Promise<string | null> {
    this.probed.push(address);
    return this.owners.get(address) ?? null;
  }

  async announce({ address, device }: Omit<Probe, 'timeoutMs'>): Promise<void> {
    this.announced.push(`${address} on ${device}`);
  }
}
