/** What an upper tree of an overlay makes of the layers below it. Names are latin1 text: one character for each byte. */
export interface UpperChanges {
  /** Names of the merged tree that are the upper's own or show only because of it, parents before children; '.' is the root. */
  readonly names: readonly string[];
  /** Names of lower layers that are gone. */
  readonly removed: readonly string[];
  /** Directories in which nothing of lower layers shows. */
  readonly opaque: readonly string[];
}

interface Options {
  readonly signal?: AbortSignal;
}

/**
 * Upper trees of overlays as trees of files: what is in them beside files stands for something of lower layers
 * (Documentation/filesystems/overlayfs.rst). Nobody else changes them meanwhile.
 */
export interface UpperTrees {
  /** `merged` is where the overlay is mounted, read-only or not. */
  survey(upper: string, merged: string, options?: Options): Promise<UpperChanges>;
  /**
   * Makes every name that `survey` tells of the upper's own, with its data, by copying up through the mounted overlay; of `also`, files
   * of lower layers, those that show. Nothing changes in the merged tree.
   */
  complete(
    upper: string,
    merged: string,
    options?: Options & { readonly also?: readonly Buffer[] },
  ): Promise<void>;
  /** Makes a completed upper tree one of files alone: takes away what hides names of lower layers, and the overlay's attributes. */
  detach(upper: string, options?: Options): Promise<void>;
  /**
   * Hides names of lower layers in an upper tree that is not mounted. No name leads out of it.
   * @throws SystemError EINVAL for what is no name below the tree, ENOENT or ENOTDIR where its directory is missing, ELOOP where a link is in the
   * way, EEXIST where the tree has something of that name
   */
  cover(upper: string, changes: Pick<UpperChanges, 'removed' | 'opaque'>): Promise<void>;
}
