import { existsSync, readFileSync, watch } from 'node:fs';
import { access, chown } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import { createLegacy, createUnified } from './cgroup-creation.ts';
import { detectHierarchies } from './cgroup-detection.ts';
import { keyedValue, pidsBelow, readCgroupFile, removeGroupTree, writeCgroupFile } from './cgroup-files.ts';
import { freezeGroup, isGroupFrozen, thawGroup, thawTree } from './cgroup-freezer.ts';
import { killGroup } from './cgroup-killer.ts';
import { type CgroupSubtreeEntry, delegatedFiles, makeSubtree, readSubtree } from './cgroup-subtree.ts';
import type { CgroupHierarchies, Cgroups, CreateCgroupOptions, Watch } from './cgroups.ts';
import { writeLegacyCpuset } from './legacy-cpuset.ts';
import { writeUnifiedCpuset } from './unified-cpuset.ts';

/** How often a v1 host, which cannot notify, is asked whether a group has processes. */
const legacyPollMs = 500;

export interface LinuxCgroupsOptions {
  /** Instead of what this machine has mounted. */
  readonly hierarchies?: CgroupHierarchies;
}

const partsOf = (path: string): readonly string[] => {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.includes('..') || parts.includes('.')) {
    throw new TypeError(`${JSON.stringify(path)} is no path of a control group`);
  }
  return parts;
};

const unlessMissing = async <T>(promise: Promise<T>, missing: T): Promise<T> => {
  try {
    return await promise;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENODEV')) return missing;
    throw error;
  }
};

const isUnifiedPopulated = async (dir: string): Promise<boolean> =>
  keyedValue(await unlessMissing(readCgroupFile(join(dir, 'cgroup.events')), ''), 'populated') === '1';

/** Control groups through their file systems. */
export class LinuxCgroups implements Cgroups {
  #hierarchies: Promise<CgroupHierarchies> | undefined;

  constructor(options: LinuxCgroupsOptions = {}) {
    if (options.hierarchies !== undefined) this.#hierarchies = Promise.resolve(options.hierarchies);
  }

  async describe(): Promise<CgroupHierarchies> {
    this.#hierarchies ??= detectHierarchies();
    return await this.#hierarchies;
  }

  async create(path: string, options: CreateCgroupOptions): Promise<void> {
    const parts = partsOf(path);
    const { unifiedRoot, legacyRoots } = await this.describe();
    const wanted = Object.entries(legacyRoots).filter(([name]) => options.controllers.includes(name));
    for (const root of new Set(wanted.map(([, root]) => root))) await createLegacy(root, parts);
    if (unifiedRoot !== null) await createUnified(unifiedRoot, parts, options.controllers);
  }

  async delegate(path: string, uid: number): Promise<void> {
    const { unifiedRoot } = await this.describe();
    if (unifiedRoot === null) return;
    const dir = join(unifiedRoot, ...partsOf(path));
    await chown(dir, uid, uid);
    for (const file of delegatedFiles) await unlessMissing(chown(join(dir, file), uid, uid), undefined);
  }

  async remove(path: string): Promise<void> {
    for (const dir of await this.#directories(path)) await removeGroupTree(dir);
  }

  async exists(path: string): Promise<boolean> {
    for (const dir of await this.#directories(path)) {
      if (
        await unlessMissing(
          access(dir).then(() => true),
          false,
        )
      )
        return true;
    }
    return false;
  }

  async processes(path: string): Promise<readonly number[]> {
    const pids = new Set<number>();
    for (const dir of await this.#directories(path)) {
      for (const pid of await pidsBelow(dir)) pids.add(pid);
    }
    return [...pids].sort((left, right) => left - right);
  }

  async kill(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const unified = await this.directory('unified', path);
    await killGroup({
      killFile: unified === null ? null : join(unified, 'cgroup.kill'),
      isPopulated: async () => unified !== null && (await isUnifiedPopulated(unified)),
      processes: async () => await this.processes(path),
      thaw: async () => await thawTree(await this.#freezers(path)),
      signal: options.signal,
    });
  }

  /**
   * Whoever moves a process takes cgroup_threadgroup_rwsem (kernel/cgroup/cgroup.c). The first to take it after a quiet time waits
   * for a grace period of RCU, those soon after do not (kernel/rcu/sync.c). A process that is moved to where it is takes it, too.
   */
  async expectMoves(): Promise<void> {
    try {
      const [own] = await this.#placesOf('self');
      if (own !== undefined)
        await writeCgroupFile(join(own.root, own.path, 'cgroup.procs'), String(process.pid));
    } catch {
      // a group that this process was moved out of, or one of another cgroup namespace: the move waits as it would have
    }
  }

  async attach(path: string, pid: number): Promise<void> {
    let attached = false;
    for (const dir of await this.#directories(path)) {
      if (!existsSync(dir)) continue;
      const joined = await unlessMissing(
        writeCgroupFile(join(dir, 'cgroup.procs'), String(pid)).then(() => true),
        false,
      );
      attached ||= joined;
    }
    if (!attached) throw new SystemError({ code: 'ENOENT', errno: 2, syscall: 'attach', path });
  }

  async join(pid: number, other: number): Promise<void> {
    // where nobody made a group it is the root
    for (const { root, path } of await this.#placesOf(other))
      if (path !== '/') await writeCgroupFile(join(root, ...partsOf(path), 'cgroup.procs'), String(pid));
  }

  async write(controller: string, path: string, file: string, value: string): Promise<void> {
    const target = await this.#file(controller, path, file);
    const { legacyRoots } = await this.describe();
    if (controller === 'cpuset') {
      const writeCpuset = legacyRoots['cpuset'] === undefined ? writeUnifiedCpuset : writeLegacyCpuset;
      return await writeCpuset(dirname(target), file, value);
    }
    await writeCgroupFile(target, value === '' ? '\n' : value);
  }

  async read(controller: string, path: string, file: string): Promise<string> {
    return await readCgroupFile(await this.#file(controller, path, file));
  }

  async directory(controller: string, path: string): Promise<string | null> {
    const { unifiedRoot, legacyRoots, controllers } = await this.describe();
    const legacyRoot = legacyRoots[controller];
    if (legacyRoot !== undefined) return join(legacyRoot, ...partsOf(path));
    if (unifiedRoot === null) return null;
    if (controller !== 'unified' && !controllers.includes(controller)) return null;
    return join(unifiedRoot, ...partsOf(path));
  }

  async isFrozen(path: string): Promise<boolean> {
    return await isGroupFrozen(await this.#freezers(path));
  }

  async freeze(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await freezeGroup(await this.#freezers(path), path, options.signal);
  }

  async thaw(path: string): Promise<void> {
    await thawGroup(await this.#freezers(path));
  }

  async subtree(path: string): Promise<readonly CgroupSubtreeEntry[]> {
    const unified = await this.directory('unified', path);
    return unified === null ? [] : await readSubtree(unified);
  }

  async makeSubtree(path: string, entries: readonly CgroupSubtreeEntry[]): Promise<void> {
    const unified = await this.directory('unified', path);
    if (unified !== null) await makeSubtree(unified, entries);
  }

  async watchPopulated(path: string, listener: (populated: boolean) => void): Promise<Watch> {
    let last: boolean | null = null;
    const tell = (populated: boolean): void => {
      if (populated === last) return;
      last = populated;
      listener(populated);
    };
    const unified = await this.directory('unified', path);
    if (unified === null) return await this.#pollPopulated(path, tell);
    const look = async (): Promise<void> => {
      tell(await isUnifiedPopulated(unified));
    };
    const watcher = await this.watchEvents(path, 'cgroup.events', () => void look());
    await look();
    return watcher;
  }

  async watchEvents(path: string, file: string, listener: () => void): Promise<Watch> {
    // the kernel raises IN_MODIFY when an event file changes (cgroup-v2.rst, "cgroup.events")
    const watcher = watch(await this.#file('unified', path, file), { persistent: false }, (kind) => {
      if (kind === 'rename') watcher.close();
      listener();
    });
    watcher.on('error', () => watcher.close());
    return { close: () => watcher.close() };
  }

  async #pollPopulated(path: string, tell: (populated: boolean) => void): Promise<Watch> {
    const controller = new AbortController();
    const look = async (): Promise<void> => tell((await this.processes(path)).length > 0);
    const loop = async (): Promise<void> => {
      while (!controller.signal.aborted) {
        await sleep(legacyPollMs, undefined, { ref: false });
        if (!controller.signal.aborted) await look();
      }
    };
    await look();
    void loop();
    return { close: () => controller.abort() };
  }

  async #file(controller: string, path: string, file: string): Promise<string> {
    const directory = await this.directory(controller, path);
    if (directory !== null) return join(directory, file);
    const note = `no controller ${controller} on this host`;
    throw new SystemError({ code: 'ENOENT', errno: 2, syscall: 'open', path: `${path}/${file}`, note });
  }

  /** The group's directory in every hierarchy, each once. */
  /** Where a process is, in each hierarchy that is mounted. @throws SystemError ENOENT when it is gone */
  async #placesOf(
    pid: number | 'self',
  ): Promise<readonly { readonly root: string; readonly path: string }[]> {
    const { unifiedRoot, legacyRoots } = await this.describe();
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8')
      .split('\n')
      .flatMap((line) => {
        // cgroups(7): hierarchy, controllers (none of the v2 tree), path
        const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
        if (controllers === undefined || path === undefined) return [];
        const root = controllers === '' ? unifiedRoot : legacyRoots[controllers.split(',')[0] ?? ''];
        return typeof root === 'string' ? [{ root, path }] : [];
      });
  }

  async #directories(path: string): Promise<readonly string[]> {
    const { unifiedRoot, legacyRoots } = await this.describe();
    const roots = new Set([...Object.values(legacyRoots), ...(unifiedRoot === null ? [] : [unifiedRoot])]);
    return [...roots].map((root) => join(root, ...partsOf(path)));
  }

  async #freezers(
    path: string,
  ): Promise<{ readonly unified: string | null; readonly legacy: string | null }> {
    const { legacyRoots } = await this.describe();
    return {
      unified: await this.directory('unified', path),
      legacy: legacyRoots['freezer'] === undefined ? null : await this.directory('freezer', path),
    };
  }
}
