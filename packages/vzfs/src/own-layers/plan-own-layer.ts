import type { TreeEntry } from '@insula/host';
import { allowedAttribute, longestPath, maxNames } from '../store/check-manifest.ts';
import type { ManifestEntry } from '../store/manifest.ts';
import { lowerView } from './lower-view.ts';
import { isOpaque, isPlain, opacity, ownAttributes } from './overlay-attributes.ts';
import { foldersAbove, inTreeOrder, keyOf } from './tree-paths.ts';

/** Bytes from which on a file is worth a stub: a smaller one takes no more than that. */
const smallestBytes = 4096;

export interface OwnLayerInput {
  /** Names of the upper tree, parents before children. */
  readonly changes: readonly TreeEntry[];
  /** Digests of its candidates, by path. */
  readonly digests: ReadonlyMap<string, string>;
  /** What layers of the VE's own have now. */
  readonly current: readonly ManifestEntry[];
  /** Whether a content is stored already, or is to be. */
  isShared(digest: string, size: number): boolean;
  /** Bytes that the files of the layer may have at most; null: as many as they will. */
  readonly roomBytes: number | null;
}

export interface MovedFile {
  readonly path: Buffer;
  readonly digest: string;
  readonly size: number;
  readonly allocatedBytes: number;
}

export interface OwnLayerPlan {
  /** The layer that takes the place of the current ones, in the order of a manifest; empty when none is needed. */
  readonly entries: readonly ManifestEntry[];
  readonly moved: readonly MovedFile[];
  /** Folders of the upper tree that hide what is below them, which the layer's own do in their place. */
  readonly opaque: readonly Buffer[];
}

/** Files of a layer; with the folders that hold them they are fewer than a manifest may have. */
const mostFiles = maxNames / 4;

/**
 * Whether a file of an upper tree may be kept elsewhere. One with several names may not: a layer's links part when one is written to.
 * Nor one that is mostly holes, which takes little and could be made to look endless.
 */
export const isCandidate = (entry: TreeEntry): boolean =>
  entry.kind === 'file' &&
  entry.size >= smallestBytes &&
  entry.links === 1 &&
  2 * entry.allocatedBytes >= entry.size &&
  entry.path.length <= longestPath &&
  isPlain(entry) &&
  ownAttributes(entry).every(({ name }) => allowedAttribute.test(name));

/**
 * The layer that a VE needs of its own when those of its changed files whose content is shared become stubs. What the current ones
 * have and nobody sees any more is not in it. Pure.
 */
export function planOwnLayer(input: OwnLayerInput): OwnLayerPlan {
  const view = lowerView(input.changes);
  const kept = input.current.filter(
    (entry) =>
      (entry.kind === 'file' || (entry.path.length > 0 && isOpaque(entry))) && view.shows(keyOf(entry.path)),
  );
  let room = (input.roomBytes ?? Number.POSITIVE_INFINITY) - kept.reduce((sum, { size }) => sum + size, 0);
  const moved: MovedFile[] = [];
  const files = new Map(kept.map((entry) => [keyOf(entry.path), entry] as const));
  for (const entry of input.changes) {
    const key = keyOf(entry.path);
    const digest = input.digests.get(key);
    if (digest === undefined || !isCandidate(entry) || !view.takes(key)) continue;
    if (!input.isShared(digest, entry.size) || entry.size > room || files.size >= mostFiles) continue;
    room -= entry.size;
    const { path, size, allocatedBytes } = entry;
    moved.push({ path, digest, size, allocatedBytes });
    files.set(key, manifestEntry(entry, digest));
  }
  const opaque = new Set(moved.flatMap(({ path }) => view.opaqueAbove(keyOf(path))));
  return {
    entries: withFolders(files, { opaque, changes: view.entries, current: input.current }),
    moved,
    opaque: [...opaque].sort(inTreeOrder).map((key) => Buffer.from(key, 'latin1')),
  };
}

interface Folders {
  readonly opaque: ReadonlySet<string>;
  readonly changes: ReadonlyMap<string, TreeEntry>;
  readonly current: readonly ManifestEntry[];
}

/** Files with the folders that hold them, which look as those of the upper tree do. */
function withFolders(
  files: ReadonlyMap<string, ManifestEntry>,
  { opaque, changes, current }: Folders,
): readonly ManifestEntry[] {
  const before = new Map(current.map((entry) => [keyOf(entry.path), entry] as const));
  const all = new Map<string, ManifestEntry>();
  for (const [key, entry] of files) {
    for (const folder of foldersAbove(key)) {
      if (all.has(folder)) continue;
      const old = before.get(folder);
      const changed = changes.get(folder);
      const shown = changed?.kind === 'directory' ? changed : old;
      if (shown === undefined) throw new Error(`${key} lies in no folder`);
      const hides = opaque.has(folder) || (old !== undefined && isOpaque(old) && files.has(folder));
      // nobody sees its time and attributes, since there is a changed folder above it; without, equal layers of several VEs are one
      all.set(folder, { ...manifestEntry(shown, null), modifiedNs: 0n, xattrs: hides ? [opacity] : [] });
    }
    if (!all.has(key)) all.set(key, entry);
  }
  return [...all].sort(([left], [right]) => inTreeOrder(left, right)).map(([, entry]) => entry);
}

function manifestEntry(entry: TreeEntry | ManifestEntry, digest: string | null): ManifestEntry {
  const { path, kind, mode, uid, gid, modifiedNs, size, device, target } = entry;
  const xattrs = [...ownAttributes(entry)];
  return { path, kind, mode, uid, gid, modifiedNs, size, device, target, xattrs, digest, linkOf: null };
}
