import type { PoolLayout } from '@insula/vzfs';

/** The first file of an archive; see VeArchiveHead. */
export const headFile = 've.json';

/** One tree of files in an archive: that of the VE, or that of a snapshot. */
export interface ArchivedTree {
  /** What its names in the archive begin with. */
  readonly prefix: string;
  /** What it hides of its layer: see UpperChanges. */
  readonly changes: string;
  readonly files: string;
}

export function archivedTree(snapshot: string | null): ArchivedTree {
  const prefix = snapshot === null ? '' : `snapshots/${snapshot}/`;
  return { prefix, changes: `${prefix}changes.json`, files: `${prefix}files` };
}

export const archivedTemplate = ({
  name,
  version,
}: {
  readonly name: string;
  readonly version: string;
}): string => `templates/${name}@${version}.tar.zst`;

/** Where an archive of a VE is put together, and taken apart. One operation at a time holds the VE. */
export const exportDir = (pool: PoolLayout, uuid: string): string => `${pool.staging}/export-${uuid}`;
export const importDir = (pool: PoolLayout, uuid: string): string => `${pool.staging}/import-${uuid}`;

export const partialFile = (path: string): string => `${path}.partial`;
