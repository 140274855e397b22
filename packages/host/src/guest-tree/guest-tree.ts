/** Owner and mode of what is written; ids as the mounted tree shows them (for an id-mapped VE root: host ids). */
export interface GuestOwner {
  readonly uid: number;
  readonly gid: number;
  /** Default 0o644 for files, 0o755 for directories. */
  readonly mode?: number;
}

export interface GuestStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Files inside a tree whose owner is hostile. Every path is resolved by the kernel as if the tree's root were `/`: absolute
 * links, `..` and links swapped in between cannot lead out; magic links (/proc/PID/fd/N) are refused.
 */
export interface GuestTree {
  /**
   * The content of a regular file.
   * @throws SystemError EFBIG beyond maxBytes, EINVAL for a FIFO, device or directory, ELOOP for a magic link, ENOENT
   */
  readFile(path: string, options?: { readonly maxBytes?: number }): Promise<Buffer>;
  readTextIfExists(path: string, options?: { readonly maxBytes?: number }): Promise<string | null>;
  /**
   * Replaces a file (without a sync: a crash may lose it) through a temporary name beside it. A link as last part is replaced, not followed; directories above are made.
   * @throws SystemError EINVAL when the target exists and is neither a regular file nor a link
   */
  writeFile(path: string, content: string | Uint8Array, owner: GuestOwner): Promise<void>;
  /** Makes a directory and those above it; an existing one is left as it is. */
  makeDir(path: string, owner: GuestOwner): Promise<void>;
  /** Makes or replaces a symbolic link; the target text is not interpreted. */
  symlink(target: string, path: string, owner: GuestOwner): Promise<void>;
  /** Removes a file or link; a missing one is fine. */
  removeFile(path: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Facts about the path; the last part is not followed. Null when missing. */
  stat(path: string): Promise<GuestStat | null>;
  /** The text of a symbolic link. */
  readLink(path: string): Promise<string>;
  /** Names in a directory, sorted. Empty for a missing directory. */
  list(path: string): Promise<readonly string[]>;
}

export interface GuestTrees {
  /** Calls `use` with a tree held open by descriptor, so that renaming the root meanwhile changes nothing. */
  within<T>(root: string, use: (tree: GuestTree) => Promise<T>): Promise<T>;
}
