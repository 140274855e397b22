import type { ManifestEntry } from '../store/manifest.ts';
import { isOpaque } from './overlay-attributes.ts';
import { foldersAbove, inTreeOrder, keyOf } from './tree-paths.ts';

/** Several layers of a VE's own, the topmost first, as the one that shows the same. Pure. */
export function mergeOwnLayers(layers: readonly (readonly ManifestEntry[])[]): readonly ManifestEntry[] {
  let merged = new Map<string, ManifestEntry>();
  for (const layer of layers.toReversed()) {
    const hiding = new Set(layer.filter(isOpaque).map(({ path }) => keyOf(path)));
    const above = new Map(layer.map((entry) => [keyOf(entry.path), entry] as const));
    const hides = (folder: string) => hiding.has(folder) || above.get(folder)?.kind === 'file';
    const left = [...merged].filter(([key]) => !foldersAbove(key).some(hides));
    merged = new Map([...left, ...above].map(([key, entry]) => [key, kept(merged.get(key), entry)] as const));
  }
  return [...merged].sort(([left], [right]) => inTreeOrder(left, right)).map(([, entry]) => entry);
}

/** A folder hides what the folder at its place below it hid, too. */
function kept(lower: ManifestEntry | undefined, entry: ManifestEntry): ManifestEntry {
  if (lower === undefined || lower === entry || entry.kind !== 'directory') return entry;
  if (lower.kind !== 'directory' || !isOpaque(lower) || isOpaque(entry)) return entry;
  return { ...entry, xattrs: lower.xattrs };
}
