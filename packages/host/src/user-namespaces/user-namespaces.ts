/** A range of host ids that one VE's ids 0…count-1 are shown as. */
export interface IdRange {
  readonly base: number;
  /** How many ids; 65536 for a VE. */
  readonly count: number;
}

/** User namespaces used as id maps for mounts; no process of ours ever lives in one. */
export interface UserNamespaces {
  /**
   * Calls `use` with the descriptor of a user namespace that maps on-disk ids 0…count-1 to `base`… and, so that the
   * overlay driver can make its work directory as host root, on-disk id 65536 to host id 0. The descriptor is closed afterwards.
   * @throws CommandFailed when the kernel forbids user namespaces
   */
  withIdmapNamespace<T>(range: IdRange, use: (fd: number) => Promise<T>): Promise<T>;
}
