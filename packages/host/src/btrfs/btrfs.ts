export interface BtrfsOptions {
  readonly signal?: AbortSignal;
}

/** What the files of a subvolume take, as its quota group counts. Bytes. */
export interface SubvolumeUsage {
  /** All data that is reachable in it, whoever shares it: what the limit holds against. */
  readonly referencedBytes: number;
  /** What would become free if it were deleted. */
  readonly exclusiveBytes: number;
  readonly limitBytes: number | null;
}

/** Subvolumes of btrfs file systems, and the quota groups that every subvolume has once quotas are on. */
export interface Btrfs {
  /** Turns quotas on for the file system that holds a path; on already is fine. */
  enableQuotas(path: string, options?: BtrfsOptions): Promise<void>;
  isSubvolume(path: string): Promise<boolean>;
  createSubvolume(path: string, options?: BtrfsOptions): Promise<void>;
  /** A copy of a subvolume at one moment, sharing all its data. */
  snapshot(from: string, to: string, options?: BtrfsOptions & { readonly readOnly?: boolean }): Promise<void>;
  /** Deletes a subvolume, read-only or not, with its quota group; a missing one is fine. Space becomes free a little later. */
  deleteSubvolume(path: string, options?: BtrfsOptions): Promise<void>;
  /** Bytes that a subvolume may reference; null takes the limit away. Holds at once, also below what is in use: then nothing more is written. */
  limit(path: string, bytes: number | null, options?: BtrfsOptions): Promise<void>;
  /** Starts no program. Null where quotas are off. */
  usage(path: string): Promise<SubvolumeUsage | null>;
}
