import type { IdRange } from '../user-namespaces/user-namespaces.ts';

export interface OverlayMount {
  /** Read-only trees, the topmost first; at least one. */
  readonly layers: readonly string[];
  /** Trees reached only through the redirects of `layers` (kernel ≥ 6.5). */
  readonly dataLayers?: readonly string[];
  /** Writable tree, below the same directory as `work` and on its file system; without both the overlay is read-only. */
  readonly upper?: string;
  readonly work?: string;
  /** Existing directory to mount at. */
  readonly target: string;
  /** Ids of the VE; without it ids on disk are shown as they are. */
  readonly idmap?: IdRange;
  /** Copy up only metadata where only metadata changes (chown, chmod). Default: on with data layers, which need it before Linux 6.16. */
  readonly metacopy?: boolean;
  /** Skip syncs of the upper file system (throw-away trees only: unusable after a crash). */
  readonly volatile?: boolean;
}

export interface BindMount {
  readonly source: string;
  /** Existing file or directory of the same kind as the source. */
  readonly target: string;
  readonly readOnly?: boolean;
  /** Take the mounts below the source along. */
  readonly recursive?: boolean;
  readonly noSuid?: boolean;
  readonly noDev?: boolean;
  readonly noExec?: boolean;
  readonly idmap?: IdRange;
}

export interface TmpfsMount {
  readonly target: string;
  readonly sizeBytes?: number;
  readonly mode?: number;
}

export interface UnmountOptions {
  /** Take it out of the tree now, let go of it when its last user does. Mounts below go with it. */
  readonly detach?: boolean;
  /** Milliseconds to wait for its last user; default 0. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

export interface MountEntry {
  readonly target: string;
  /** File system type as the kernel names it, such as 'overlay'. */
  readonly type: string;
  readonly source: string;
  /** The path inside the file system that is mounted. */
  readonly root: string;
}

/** A process that keeps a mount from being unmounted. */
export interface MountUser {
  readonly pid: number;
  /** Its name, at most 15 bytes of whatever it calls itself. */
  readonly command: string;
}

/** Mounts in the namespace of this process. Every new mount is private: nothing propagates out of it. */
export interface Mounts {
  /**
   * Mounts an overlay over id-mapped clones of its layers. All or nothing: on failure no mount remains.
   * @throws SystemError with the kernel's own message where it has one
   */
  overlay(mount: OverlayMount): Promise<void>;
  bind(mount: BindMount): Promise<void>;
  tmpfs(mount: TmpfsMount): Promise<void>;
  /** Makes a directory a private mount point of its own, once, so that mounts below it never reach other namespaces. */
  isolate(dir: string): Promise<void>;
  /**
   * Unmounts everything stacked at a path. A path that is gone or no mount point is fine.
   * @throws SystemError EBUSY while something uses it and `detach` is not set
   */
  unmount(target: string, options?: UnmountOptions): Promise<void>;
  /** Processes of the host that something mounted at a path is in use by. */
  usersOf(target: string): Promise<readonly MountUser[]>;
  /** Whether a mount is attached exactly at this path (constant time, whatever the number of mounts). */
  isMounted(target: string): Promise<boolean>;
  /** All mounts at or below a directory, in mount order: unmount them from the last to the first. */
  mountsBelow(dir: string): Promise<readonly MountEntry[]>;
}
