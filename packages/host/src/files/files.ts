export interface WriteOptions {
  /** Permission bits of the new file. Default 0o600. */
  readonly mode?: number;
  /** Default true. What does not outlive a boot anyway need not survive a loss of power, and costs no wait for the disk. */
  readonly durable?: boolean;
}

export interface DirEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
}

export interface FileSystemFacts {
  /** Kernel name of the type, such as 'btrfs', 'ext4', 'tmpfs'; 'unknown' for a magic number we do not know. */
  readonly type: string;
  readonly totalBytes: number;
  /** What an unprivileged writer may still use. */
  readonly availableBytes: number;
  readonly totalInodes: number;
  readonly availableInodes: number;
}

export interface FileStat {
  readonly kind: DirEntry['kind'];
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
}

/** A running observation; closing it twice is fine. */
export interface DirWatch {
  close(): void;
}

/** State owned by the host: never use it for paths a VE can change (see GuestTrees). */
export interface Files {
  /** @throws SystemError ENOENT and the like */
  readText(path: string): Promise<string>;
  /** The content, or null when the file (or a directory of its path) does not exist. */
  readTextIfExists(path: string): Promise<string | null>;
  /** Replaces a file so that a reader or a crash sees the old or the new content, never a part; durable when it returns. */
  writeAtomic(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void>;
  /** Removes what `writeAtomic` of a process that was killed left in a directory; a missing directory is fine. */
  removeUnfinished(dir: string): Promise<void>;
  /** Makes a directory and those above it; an existing one keeps its mode. Default mode 0o700. */
  makeDir(path: string, options?: { readonly mode?: number }): Promise<void>;
  /** Entries sorted by name; empty for a missing directory. */
  list(path: string): Promise<readonly DirEntry[]>;
  /** Whether the path exists, a dangling symbolic link included. */
  exists(path: string): Promise<boolean>;
  /** Facts about the path itself (links are not followed); null when missing. */
  stat(path: string): Promise<FileStat | null>;
  /** Renames within one file system, durable when it returns. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or link; a missing one is fine. */
  removeFile(path: string): Promise<void>;
  /**
   * Removes a tree without following links and without entering another mount; a missing tree is fine.
   * @throws SystemError EXDEV when something is mounted in the tree: nothing of that mount is touched
   */
  removeTree(path: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Copies a tree with ids, modes, times, extended attributes, hard links and holes; shares blocks where the file system can. */
  copyTree(from: string, to: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Gives a path (not a link's target) an owner. */
  changeOwner(path: string, uid: number, gid: number): Promise<void>;
  fileSystem(path: string): Promise<FileSystemFacts>;
  /** Calls the listener with the name of each entry that appears, changes or goes. Names may repeat. */
  watchDir(dir: string, listener: (name: string) => void): Promise<DirWatch>;
}
