import type { HostFacts, HostProbe } from './host-facts.ts';
export class LinuxHostProbe implements HostProbe {
  constructor(_ports: unknown) {}
  async gather(): Promise<HostFacts> {
    throw new Error('not yet');
  }
}
