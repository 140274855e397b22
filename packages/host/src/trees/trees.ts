export type TreeEntryKind = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket';

export interface ExtendedAttribute {
  readonly name: string;
  readonly value: Buffer;
}

/** One name in a tree with everything that a file system keeps about it. */
export interface TreeEntry {
  /** Below the root, without a leading slash, as the bytes that the file system has: names need not be UTF-8. Empty for the root. */
  readonly path: Buffer;
  readonly kind: TreeEntryKind;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since 1970. */
  readonly modifiedNs: bigint;
  /** When anything about it changed last, as the kernel noted it: nobody sets this time. */
  readonly changedNs: bigint;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  /** What the file takes on disk. */
  readonly allocatedBytes: number;
  readonly inode: bigint;
  readonly links: number;
  /** Device number of a character or block device, 0 otherwise. */
  readonly device: number;
  /** Text of a symbolic link. */
  readonly target: Buffer | null;
  /** Sorted by name; ACLs and file capabilities are among them. */
  readonly xattrs: readonly ExtendedAttribute[];
}

/** What a stub stands for, and where its data is. */
export interface Stub {
  readonly entry: Pick<TreeEntry, 'path' | 'size' | 'mode' | 'uid' | 'gid' | 'modifiedNs' | 'xattrs'>;
  /** Absolute path of the data below the data-only layer. */
  readonly redirect: string;
}

/**
 * Whole trees of files, with exact metadata: what layers are made of, and what a VE changed while nobody changes it. No link is ever
 * followed, also none in the way to a name, and nothing leaves the root's file system.
 */
export interface Trees {
  /** Every name in a tree, parents before children, siblings by the bytes of their names. */
  list(root: string, options?: { readonly signal?: AbortSignal }): Promise<readonly TreeEntry[]>;
  /** SHA-256 of a file's content, in hexadecimal. The second form is for files outside of any tree. */
  digest(root: string, path: Buffer, options?: { readonly signal?: AbortSignal }): Promise<string>;
  digestFile(path: string): Promise<string>;
  /** Copies a file's data out of a tree to a new file `to`, as a plain file of root's; shares blocks where the file system can. */
  copyOut(root: string, path: Buffer, to: string): Promise<void>;
  /** Whether a file of a tree and another one outside of it hold the same bytes. */
  holdsSame(
    root: string,
    path: Buffer,
    other: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<boolean>;
  /**
   * Moves a file's data out of a tree to `object`, as a plain file of root's that nobody else may read, with nothing left of what
   * the file was in its tree. Same file system only.
   */
  moveOut(root: string, path: Buffer, object: string): Promise<void>;
  removeName(root: string, path: Buffer): Promise<void>;
  /**
   * Makes a new name of any kind with its owner, mode, attributes and time: of a file an empty one. What is made in a directory later
   * changes its time again.
   */
  make(
    root: string,
    entry: Omit<TreeEntry, 'allocatedBytes' | 'inode' | 'links' | 'changedNs'>,
  ): Promise<void>;
  /**
   * Writes, in the place of a file, a file without data that has its size and metadata and says where its data is
   * (trusted.overlay.metacopy and .redirect: Documentation/filesystems/overlayfs.rst, "Data-only lower layers").
   */
  writeStub(root: string, stub: Stub): Promise<void>;
  /** Gives a file a second name. */
  link(root: string, from: Buffer, to: Buffer): Promise<void>;
  /** Sets a name's time of modification, nanoseconds since 1970. */
  setModified(root: string, path: Buffer, modifiedNs: bigint): Promise<void>;
  /** Takes an extended attribute away; one that is not there is fine. */
  removeAttribute(root: string, path: Buffer, name: string): Promise<void>;
  /** Writes the data of a file over that of another, both outside of any tree; whoever has the other open sees it. Durable. */
  overwrite(from: string, to: string): Promise<void>;
  /** Sets the time of modification of a file outside of any tree to now. */
  touch(path: string): Promise<void>;
  /** Renames a file that belongs to no tree. Not durable before the next `sync`, so that thousands are quick. */
  rename(from: string, to: string): Promise<void>;
  /** Writes everything of the file system that holds a path to its disk. */
  sync(path: string): Promise<void>;
}
