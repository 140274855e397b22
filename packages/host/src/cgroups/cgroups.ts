import type { CgroupSubtreeEntry } from './cgroup-subtree.ts';

/** How the host mounts its control groups: every controller on its own (v1), v1 plus a v2 tree without controllers, or v2. */
export type CgroupLayout = 'v1' | 'hybrid' | 'v2';

export interface CgroupHierarchies {
  readonly layout: CgroupLayout;
  /** Mount point of the v2 tree; null on v1. */
  readonly unifiedRoot: string | null;
  /** Mount point per v1 hierarchy: 'memory', 'cpu', …, and 'name=systemd'. Empty on v2. Joint mounts appear under each name. */
  readonly legacyRoots: Readonly<Record<string, string>>;
  /** Controllers that can be used, v1 and v2 together, sorted. */
  readonly controllers: readonly string[];
}

export interface CreateCgroupOptions {
  /** Controllers wanted; those the host lacks are left out silently (`describe` tells them). */
  readonly controllers: readonly string[];
}

/** A running observation; closing it twice is fine. */
export interface Watch {
  close(): void;
}

/**
 * Control groups. A `path` is relative to the root of every hierarchy, such as 'insula/ve/101'.
 * A `controller` is a v1 name; on a v2 controller it addresses the unified tree. 'unified' addresses the v2 tree itself.
 */
export interface Cgroups {
  describe(): Promise<CgroupHierarchies>;
  /** Makes the group, and those above it, in every hierarchy; enables the controllers down the way. Existing groups are fine. */
  create(path: string, options: CreateCgroupOptions): Promise<void>;
  /** Gives the v2 group to a user (directory and process files; never a limit): the VE may make groups inside. No-op on v1. */
  delegate(path: string, uid: number): Promise<void>;
  /**
   * Removes the group and all below it from every hierarchy; a missing group is fine. Waits briefly for dying processes.
   * @throws SystemError EBUSY while processes live in it
   */
  remove(path: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Pids in the group and all groups below it, in every hierarchy, each once; empty for a missing group. */
  processes(path: string): Promise<readonly number[]>;
  /** Kills every process in the group and below it and waits until they are gone. */
  kill(path: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * To be called some 10 ms before processes are moved into groups, by whomever: the kernel's wait for the first of them passes
   * meanwhile. Changes nothing, never fails.
   */
  expectMoves(): Promise<void>;
  /** Moves a process into the group in every hierarchy. */
  attach(path: string, pid: number): Promise<void>;
  /** Moves a process into the groups in which another one is, also where these hold other groups. @throws SystemError ENOENT when that one is gone */
  join(pid: number, other: number): Promise<void>;
  /**
   * Writes one file of a group. An empty list of processors or NUMA nodes stands for those of the group above; on v1 the groups
   * below get the same list. @throws SystemError ENOENT when controller, group or file are missing
   */
  write(controller: string, path: string, file: string, value: string): Promise<void>;
  /** Reads one file of a group, without the last line end. @throws SystemError ENOENT */
  read(controller: string, path: string, file: string): Promise<string>;
  /** The directory of a group in the hierarchy of one controller; null when the host lacks the controller. */
  directory(controller: string, path: string): Promise<string | null>;
  isFrozen(path: string): Promise<boolean>;
  /** Freezes all processes below the group and returns when they are. @throws the abort reason, after thawing again */
  freeze(path: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  thaw(path: string): Promise<void>;
  /** The v2 group and all that its owner made below it, parents first; empty on v1. */
  subtree(path: string): Promise<readonly CgroupSubtreeEntry[]>;
  /** Makes the groups of a subtree again below the group of that path, with their owners and settings; no-op on v1. */
  makeSubtree(path: string, entries: readonly CgroupSubtreeEntry[]): Promise<void>;
  /** Calls the listener with whether any process lives below the group: at once, then on every change. */
  watchPopulated(path: string, listener: (populated: boolean) => void): Promise<Watch>;
  /** Calls the listener after every change of one event file of a group ('memory.events', 'cgroup.events'). v2 only. */
  watchEvents(path: string, file: string, listener: () => void): Promise<Watch>;
}
