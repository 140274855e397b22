import { SystemError } from '../syscalls/system-error.ts';
import type { CgroupSubtreeEntry } from './cgroup-subtree.ts';
import type { CgroupHierarchies, Cgroups, CreateCgroupOptions, Watch } from './cgroups.ts';

const pureV2: CgroupHierarchies = {
  layout: 'v2',
  unifiedRoot: '/sys/fs/cgroup',
  legacyRoots: {},
  controllers: ['cpu', 'cpuset', 'io', 'memory', 'pids'],
};

const missing = (path: string): SystemError =>
  new SystemError({ code: 'ENOENT', errno: 2, syscall: 'open', path });

/** Control groups in memory. `values` holds what was written, by 'controller:path/file'; put there what reads should find. */
export class FakeCgroups implements Cgroups {
  readonly groups = new Set<string>();
  readonly values = new Map<string, string>();
  /** Every write in order, as 'path/file=value'. */
  readonly writes: string[] = [];
  readonly owners = new Map<string, number>();
  readonly members = new Map<number, string>();
  readonly frozen = new Set<string>();
  readonly #hierarchies: CgroupHierarchies;
  readonly #watches = new Set<() => void>();

  constructor(hierarchies: CgroupHierarchies = pureV2) {
    this.#hierarchies = hierarchies;
  }

  async describe(): Promise<CgroupHierarchies> {
    return this.#hierarchies;
  }

  async create(path: string, _options: CreateCgroupOptions): Promise<void> {
    const parts = path.split('/');
    for (let length = 1; length <= parts.length; length += 1)
      this.groups.add(parts.slice(0, length).join('/'));
  }

  async delegate(path: string, uid: number): Promise<void> {
    this.owners.set(path, uid);
  }

  async remove(path: string): Promise<void> {
    if ((await this.processes(path)).length > 0) {
      throw new SystemError({ code: 'EBUSY', errno: 16, syscall: 'rmdir', path });
    }
    for (const group of this.groups) if (isBelow(group, path)) this.groups.delete(group);
    for (const key of this.values.keys())
      if (key.split(':')[1]?.startsWith(`${path}/`)) this.values.delete(key);
  }

  async subtree(path: string): Promise<readonly CgroupSubtreeEntry[]> {
    return [...this.groups]
      .filter((group) => isBelow(group, path))
      .sort()
      .map((group) => ({ path: group.slice(path.length + 1), uid: 0, gid: 0, values: {} }));
  }

  async makeSubtree(path: string, entries: readonly CgroupSubtreeEntry[]): Promise<void> {
    for (const entry of entries) this.groups.add(entry.path === '' ? path : `${path}/${entry.path}`);
  }

  async exists(path: string): Promise<boolean> {
    return this.groups.has(path);
  }

  async processes(path: string): Promise<readonly number[]> {
    return [...this.members].filter(([, group]) => isBelow(group, path)).map(([pid]) => pid);
  }

  async kill(path: string): Promise<void> {
    for (const pid of await this.processes(path)) this.members.delete(pid);
    for (const look of this.#watches) look();
  }

  async expectMoves(): Promise<void> {
    // nothing waits here
  }

  async attach(path: string, pid: number): Promise<void> {
    if (!this.groups.has(path)) throw missing(path);
    this.members.set(pid, path);
    for (const look of this.#watches) look();
  }

  async join(pid: number, other: number): Promise<void> {
    const path = this.members.get(other);
    if (path === undefined) throw missing(`process ${other}`);
    await this.attach(path, pid);
  }

  async write(controller: string, path: string, file: string, value: string): Promise<void> {
    if (!this.groups.has(path) || (await this.directory(controller, path)) === null)
      throw missing(`${path}/${file}`);
    this.values.set(`${controller}:${path}/${file}`, value);
    this.writes.push(`${path}/${file}=${value}`);
  }

  async read(controller: string, path: string, file: string): Promise<string> {
    const value = this.values.get(`${controller}:${path}/${file}`);
    if (value === undefined) throw missing(`${path}/${file}`);
    return value;
  }

  async directory(controller: string, path: string): Promise<string | null> {
    const { legacyRoots, unifiedRoot, controllers } = this.#hierarchies;
    const isUnified = controller === 'unified' || controllers.includes(controller);
    const root = legacyRoots[controller] ?? (isUnified ? unifiedRoot : null);
    return root === null ? null : `${root}/${path}`;
  }

  async isFrozen(path: string): Promise<boolean> {
    return this.frozen.has(path);
  }

  async freeze(path: string): Promise<void> {
    this.frozen.add(path);
  }

  async thaw(path: string): Promise<void> {
    this.frozen.delete(path);
  }

  async watchPopulated(path: string, listener: (populated: boolean) => void): Promise<Watch> {
    let last: boolean | null = null;
    const look = (): void => {
      const populated = [...this.members.values()].some((group) => isBelow(group, path));
      if (populated !== last) listener(populated);
      last = populated;
    };
    this.#watches.add(look);
    look();
    return { close: () => this.#watches.delete(look) };
  }

  async watchEvents(): Promise<Watch> {
    return { close: () => undefined };
  }
}

const isBelow = (group: string, path: string): boolean => group === path || group.startsWith(`${path}/`);
