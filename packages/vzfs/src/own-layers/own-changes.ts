import type { TreeEntry } from '@insula/host';
import type { ManifestEntry } from '../store/manifest.ts';
import { lowerView } from './lower-view.ts';
import { isOpaque, opacity } from './overlay-attributes.ts';
import { keyOf } from './tree-paths.ts';

/** What a name of a tree says, whether its data is there or elsewhere. */
export type ChangedName = Pick<
  TreeEntry,
  'path' | 'kind' | 'mode' | 'uid' | 'gid' | 'modifiedNs' | 'size' | 'device' | 'target' | 'xattrs'
>;

/**
 * Everything that a VE has changed: the names of its upper tree, and of what its own layers have those that show through it. The same
 * before and after files have moved from the one to the other. Pure.
 */
export function ownChanges(
  upper: readonly TreeEntry[],
  layer: readonly ManifestEntry[],
): readonly ChangedName[] {
  const view = lowerView(upper);
  const moved = layer.filter(
    (entry) => entry.kind === 'file' && !view.entries.has(keyOf(entry.path)) && view.shows(keyOf(entry.path)),
  );
  const hiding = new Set(layer.filter(isOpaque).map(({ path }) => keyOf(path)));
  const shown = upper.map((entry) => {
    const hides = entry.kind === 'directory' && !isOpaque(entry) && hiding.has(keyOf(entry.path));
    return hides ? { ...entry, xattrs: [...entry.xattrs, opacity] } : entry;
  });
  return [...shown, ...moved];
}
