/** Disks of the host. */
export interface BlockDevices {
  /**
   * The disks that a folder's file system lies on, as `MAJOR:MINOR`: whole disks, never partitions, since only those can be
   * limited; empty for a file system without any.
   */
  below(path: string): Promise<readonly string[]>;
}
