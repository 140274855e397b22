import { basename, dirname } from 'node:path';
import type { OverlayMount } from './mounts.ts';

/** A parameter of the overlay driver; a null value makes it a flag. */
export type Parameter = readonly [key: string, value: string | null];

/** index=on ties layers to their inode numbers, which no copy keeps; nfs_export cannot be combined with metacopy. */
export const parametersOf = (mount: OverlayMount): readonly Parameter[] => {
  const metacopy = mount.metacopy ?? (mount.dataLayers ?? []).length > 0;
  return [
    ['metacopy', metacopy ? 'on' : 'off'],
    // following redirects is what data layers need, making them what renaming directories needs: only with an upper tree
    ['redirect_dir', mount.upper === undefined ? 'follow' : 'on'],
    ['index', 'off'],
    ['nfs_export', 'off'],
    ['xino', 'auto'],
    ...(mount.volatile === true ? [['volatile', null] as const] : []),
  ];
};

/** Where upper and work tree stand. @throws TypeError unless they stand side by side */
export const privateAreaOf = (
  mount: OverlayMount,
): { readonly dir: string; readonly upper: string; readonly work: string } | null => {
  const { upper, work } = mount;
  if (upper === undefined && work === undefined) return null;
  if (upper === undefined || work === undefined || dirname(upper) !== dirname(work)) {
    throw new TypeError(
      `upper ${upper} and work ${work} must stand in one directory: they have to be on the same mount`,
    );
  }
  return { dir: dirname(upper), upper: basename(upper), work: basename(work) };
};
