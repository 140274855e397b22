import type { Watch } from '../cgroups/cgroups.ts';
import type {
  GroupLimits,
  GroupPaths,
  GroupStatistics,
  LinkStatistics,
  NodeStatistics,
  OomVictim,
  Statistics,
} from './statistics.ts';

/** Finds what was put there. */
export class FakeStatistics implements Statistics {
  /** By path of the outer group. */
  readonly found = new Map<string, GroupStatistics>();
  readonly limitsOf = new Map<string, GroupLimits>();
  readonly linksFound = new Map<string, LinkStatistics>();
  readonly victims: OomVictim[] = [];
  isIoCounted = false;
  readonly #listeners = new Map<string, Set<() => void>>();
  nodeFound: NodeStatistics = {
    processors: 2,
    cpu: { user: 0, system: 0, idle: 0, wait: 0 },
    memory: { total: 2 ** 33, available: 2 ** 32, cache: 0, swapTotal: 0, swapFree: 0 },
    load: [0, 0, 0],
    processes: 100,
    pressure: null,
    disks: [],
  };

  async countIo(): Promise<void> {
    this.isIoCounted = true;
  }

  async groups(paths: readonly GroupPaths[]): Promise<readonly (GroupStatistics | null)[]> {
    return paths.map(({ outer }) => this.found.get(outer) ?? null);
  }

  async limits(outer: string): Promise<GroupLimits> {
    return this.limitsOf.get(outer) ?? { cpu: null, memory: null, processes: null };
  }

  async links(): Promise<ReadonlyMap<string, LinkStatistics>> {
    return this.linksFound;
  }

  async node(): Promise<NodeStatistics> {
    return this.nodeFound;
  }

  async watchRefusals({ outer }: GroupPaths, listener: () => void): Promise<Watch> {
    const listeners = this.#listeners.get(outer) ?? new Set();
    this.#listeners.set(outer, listeners.add(listener));
    return { close: () => listeners.delete(listener) };
  }

  async oomVictims(): Promise<readonly OomVictim[]> {
    return this.victims.splice(0);
  }

  /** What the kernel does when something was refused in a group. */
  refuse(outer: string): void {
    for (const listener of this.#listeners.get(outer) ?? []) listener();
  }
}
