import { closeSync, openSync, readSync, watch, writeFileSync } from 'node:fs';
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

/**
 * The kernel's word about refusals in groups. cgroup v2 raises IN_MODIFY on memory.events and pids.events; v1 does so for pids.events
 * and raises an eventfd when a group is out of memory (cgroup-v1/memory.rst, "OOM Control").
 */
export class RefusalWatches {
  readonly #hierarchies: CgroupHierarchies;
  readonly #listeners = new Map<number, () => void>();
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
      ...[outer, payload].map((path) => watchFile(`${pids ?? unifiedRoot}/${path}/pids.events`, listener)),
    ];
    return {
      close() {
        for (const one of watches) one.close();
      },
    };
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
