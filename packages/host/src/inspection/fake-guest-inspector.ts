import type { GuestFacts, GuestInspector } from './guest-inspector.ts';

/** Finds what was put there. */
export class FakeGuestInspector implements GuestInspector {
  facts: GuestFacts = { processes: [], strays: [], mounts: [], unreadNetlink: [], waitingConnections: [] };

  unaccepted = 0;

  async inspect(): Promise<GuestFacts> {
    return this.facts;
  }

  async unacceptedStreams(): Promise<number> {
    return this.unaccepted;
  }
}
