import type { TreeEntry } from '@insula/host';
import { isMetacopy, isOpaque, redirectOf } from './overlay-attributes.ts';
import { below, foldersAbove, keyOf, parentOf } from './tree-paths.ts';

/**
 * How the changed files of a VE, an upper tree, look down at the layers below it: which paths of those it shows, and where it shows
 * them. Pure.
 */
export interface LowerView {
  /** Whether a new file of a layer, right below the upper tree, would show at the same path, and change nothing elsewhere. */
  takes(file: string): boolean;
  /** Whether anybody can come to see what a layer has at a path. */
  shows(path: string): boolean;
  /** Folders above a path that hide what layers have there. */
  opaqueAbove(file: string): readonly string[];
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

/** @param changes names of the upper tree, parents before children */
export function lowerView(changes: readonly TreeEntry[]): LowerView {
  const entries = new Map(changes.map((entry) => [keyOf(entry.path), entry] as const));
  const { targets, movedFolders } = redirects(changes);
  const aboveTargets = new Set([...targets].flatMap((target) => [target, ...foldersAbove(target)]));
  const isTarget = (path: string) => [...foldersAbove(path), path].some((part) => targets.has(part));
  const isOpaqueFolder = (path: string) => {
    const entry = entries.get(path);
    return entry?.kind === 'directory' && isOpaque(entry);
  };
  const opaqueAbove = (file: string) => foldersAbove(file).filter(isOpaqueFolder);

  return {
    entries,
    opaqueAbove,
    takes: (file) =>
      !isTarget(file) &&
      foldersAbove(file).every((folder) => !movedFolders.has(folder)) &&
      // the layer's folder must hide the same, and would hide it from whoever looks there another way, too
      opaqueAbove(file).every((folder) => !aboveTargets.has(folder)),
    shows(path) {
      if (isTarget(path)) return true;
      for (const folder of foldersAbove(path)) {
        const entry = entries.get(folder);
        if (entry === undefined) return true;
        if (entry.kind !== 'directory' || isOpaque(entry) || movedFolders.has(folder)) return false;
      }
      const entry = entries.get(path);
      if (entry === undefined) return true;
      if (entry.kind === 'directory') return !isOpaque(entry) && !movedFolders.has(path);
      return isMetacopy(entry) && redirectOf(entry) === null;
    },
  };
}

/** Paths of layers that the tree shows elsewhere, and its folders that show another one than theirs. */
function redirects(changes: readonly TreeEntry[]) {
  const targets = new Set<string>();
  const movedFolders = new Set<string>();
  /** Where in the layers a folder looks. */
  const places = new Map<string, string>();
  for (const entry of changes) {
    const key = keyOf(entry.path);
    const parent = parentOf(key);
    const name = key.slice(key.lastIndexOf('/') + 1);
    const around = parent === null ? '' : (places.get(parent) ?? parent);
    const redirect = redirectOf(entry)?.toString('latin1');
    const place =
      redirect === undefined
        ? below(around, name)
        : redirect.startsWith('/')
          ? redirect.slice(1)
          : below(around, redirect);
    if (redirect !== undefined) targets.add(place);
    if (entry.kind !== 'directory') continue;
    places.set(key, parent === null ? '' : place);
    if (redirect !== undefined) movedFolders.add(key);
  }
  return { targets, movedFolders };
}
