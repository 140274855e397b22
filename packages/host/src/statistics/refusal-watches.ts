import { closeSync, openSync, readFileSync, readSync, watch, writeFileSync } from 'node:fs';
import type { CgroupHierarchies, Watch } from '../cgroups/cgroups.ts';
import {
  makeEpoll,
  makeEventDescriptor,
  readyDescriptors,
  watchDescriptor,
} from '../syscalls/event-calls.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { GroupPaths } from './statistics.ts';

/** Milliseconds between two looks at the event descriptors, which Node cannot put into its event loop: one system call for all groups. */
const lookInterval = 500;

/** Milliseconds between two looks at the counts of refused processes, of which v1 tells nobody: one small file of each VE. */
const countInterval = 2000;

/**
 * The kernel's word about refusals in groups. cgroup v2 raises IN_MODIFY on memory.events and pids.events; v1 raises an eventfd when a
 * group is out of memory (cgroup-v1/memory.rst, "OOM Control"), and since Linux 6.11 only counts in pids.events (pids_event in
 * kernel/cgroup/pids.c).
 */
export class RefusalWatches {
  readonly #hierarchies: CgroupHierarchies;
  readonly #listeners = new Map<number, () => void>();
  readonly #counts = new Map<string, { text: string; readonly listener: () => void }>();
  #countTimer: NodeJS.Timeout | undefined;
  #epoll: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(hierarchies: CgroupHierarchies) {
    this.#hierarchies = hierarchies;
  }

  watch({ outer, payload }: GroupPaths, listener: () => void): Watch {
    const { unifiedRoot, legacyRoots } = this.#hierarchies;
    const { memory, pids } = legacyRoots;
    const watches = [
      memory === undefined
        ? watchFile(`${unifiedRoot}/${outer}/memory.events`, listener)
        : this.#watchLegacyMemory(`${memory}/${outer}`, listener),
      ...(pids === undefined
        ? [outer, payload].map((path) => watchFile(`${unifiedRoot}/${path}/pids.events`, listener))
        : [this.#watchCount(`${pids}/${payload}/pids.events`, listener)]),
    ];
    return {
      close() {
        for (const one of watches) one.close();
      },
    };
  }

  /** v1 counts where the process is that wanted another. */
  #watchCount(path: string, listener: () => void): Watch {
    this.#counts.set(path, { text: textOf(path), listener });
    this.#countTimer ??= setInterval(() => this.#lookAtCounts(), countInterval).unref();
    return {
      close: () => {
        this.#counts.delete(path);
        if (this.#counts.size > 0) return;
        clearInterval(this.#countTimer);
        this.#countTimer = undefined;
      },
    };
  }

  #lookAtCounts(): void {
    for (const [path, count] of this.#counts) {
      const text = textOf(path);
      if (text === count.text) continue;
      count.text = text;
      count.listener();
    }
  }

  #watchLegacyMemory(dir: string, listener: () => void): Watch {
    const event = makeEventDescriptor();
    try {
      const control = openSync(`${dir}/memory.oom_control`, 'r');
      try {
        writeFileSync(`${dir}/cgroup.event_control`, `${event} ${control}`, { flag: 'r+' });
      } finally {
        closeSync(control);
      }
      this.#epoll ??= makeEpoll();
      watchDescriptor(this.#epoll, event);
    } catch (error) {
      closeSync(event);
      if (hasErrorCode(error, 'ENOENT', 'ENODEV', 'EINVAL')) return nothing;
      throw error;
    }
    this.#listeners.set(event, listener);
    this.#timer ??= setInterval(() => this.#look(), lookInterval).unref();
    return { close: () => this.#forget(event) };
  }

  #look(): void {
    if (this.#epoll === undefined) return;
    const counter = Buffer.alloc(8);
    for (const event of readyDescriptors(this.#epoll)) {
      readSync(event, counter);
      this.#listeners.get(event)?.();
    }
  }

  #forget(event: number): void {
    if (!this.#listeners.delete(event)) return;
    closeSync(event);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const nothing: Watch = { close: () => undefined };

/** Empty where the group is gone, or has no such file. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENODEV')) return '';
    throw error;
  }
}

/** A group without the file has nothing to tell. */
const watchFile = (path: string, listener: () => void): Watch => {
  try {
    const watcher = watch(path, { persistent: false }, (kind) => {
      if (kind === 'rename') watcher.close();
      listener();
    });
    watcher.on('error', () => watcher.close());
    return { close: () => watcher.close() };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENODEV', 'ENOSPC', 'EMFILE')) return nothing;
    throw error;
  }
};
