import type { VolumeLayout } from '@insula/contract';

/** What a volume may hold; null: no limit of its own. */
export type VolumeLimits = {
  readonly bytes: number | null;
  /** Files, folders and everything else that has a name of its own. */
  readonly inodes: number | null;
};

/** What a volume holds; null where its layout cannot tell without walking through it. */
export interface VolumeUsage {
  readonly bytes: number | null;
  readonly inodes: number | null;
}

export interface VolumeOptions {
  readonly signal?: AbortSignal;
}

/**
 * One way to keep the changed files of a VE: a folder `path` with a size, which is a folder like any other while it is open. All
 * methods may be repeated, after they were cut off at any point, too.
 */
export interface VolumeStore {
  readonly layout: VolumeLayout;
  /** An empty volume. */
  make(path: string, limits: VolumeLimits, options?: VolumeOptions): Promise<void>;
  /** Makes its files reachable; most always are. */
  open(path: string, options?: VolumeOptions): Promise<void>;
  close(path: string): Promise<void>;
  /** @throws CodedError invalid_parameter when the layout, or what is in the volume, stands against it; image_in_use, by others than this node's mount */
  limit(path: string, limits: VolumeLimits, options?: VolumeOptions): Promise<void>;
  /** Of an open volume. Starts no program. */
  usage(path: string): Promise<VolumeUsage>;
  /**
   * A second volume with the same files, as they are at one moment where `isAtomic`. Else whoever calls sees to it that nothing
   * changes meanwhile.
   */
  copy(from: string, to: string, options?: VolumeOptions): Promise<void>;
  /** Lets a volume go on that a copy held still when it was cut off; any other is left as it is. */
  release(path: string): Promise<void>;
  /** Whether `copy` of an open volume in use needs no stillness. */
  readonly isAtomic: boolean;
  /** Moves a closed volume to another path of the same pool. */
  rename(from: string, to: string): Promise<void>;
  exists(path: string): Promise<boolean>;
}
