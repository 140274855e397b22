import type { Dnsmasq, RunningDnsmasq } from './dnsmasq.ts';

/** Counts what is asked of it. */
export class FakeDnsmasq implements Dnsmasq {
  readonly started: (readonly string[])[] = [];
  reloads = 0;
  running = 0;

  async start(options: readonly string[]): Promise<RunningDnsmasq> {
    this.started.push(options);
    this.running += 1;
    return {
      reload: async () => {
        this.reloads += 1;
      },
      close: () => {
        this.running -= 1;
      },
    };
  }
}
