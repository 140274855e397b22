import type { GuestCounter, GuestCounts } from './guest-counts.ts';

/** Says of every VE what a test put here. */
export class FakeGuestCounter implements GuestCounter {
  counts: GuestCounts = {
    openFiles: 0,
    queuedSignals: 0,
    lockedBytes: 0,
    fileLocks: 0,
    terminals: 0,
    tcpSockets: 0,
    otherSockets: 0,
    connections: 0,
  };

  async count(): Promise<GuestCounts> {
    return this.counts;
  }
}
