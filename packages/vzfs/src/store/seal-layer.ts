import type { Host, TreeEntry } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { inParallel } from './in-parallel.ts';
import { formatManifest, type ManifestEntry, manifestDigest } from './manifest.ts';
import { objectDir, objectPath, objectRedirect } from './object-paths.ts';
import { isStored } from './stored-objects.ts';

export interface SealedLayer {
  /** Identity of the layer: digest of its manifest. */
  readonly digest: string;
  /** Bytes of all its files, hard links once. */
  readonly bytes: number;
  readonly files: number;
  /** Bytes that the store did not have before. */
  readonly newBytes: number;
}

export interface SealOptions {
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly progress: (fraction: number) => void;
}

type SealPorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

/** Files that are moved at a time: enough to keep two cores and a disk busy. */
const parallel = 8;

/**
 * Turns a finished tree into a layer: the data of its files goes to the object store, once for equal files; stubs with their exact
 * metadata stay behind, and a manifest beside `root`.
 *
 * The tree is changed in place and is of no use when this is cut off. The store is never harmed: an object gets its name there
 * only after its data is on disk.
 */
export async function sealLayer(
  ports: SealPorts,
  layerDir: string,
  options: SealOptions,
): Promise<SealedLayer> {
  const { files, trees, pool } = ports;
  const root = `${layerDir}/root`;
  const staged = `${layerDir}/objects`;
  await files.makeDir(staged);
  const entries = await trees.list(root, options);
  const groups = groupByInode(entries);
  const digests = new Map<bigint, string>();
  const sizes = new Map<string, number>();
  let done = 0;
  await inParallel([...groups.values()], parallel, async (names) => {
    options.signal.throwIfAborted();
    const [first] = names;
    if (first === undefined) return;
    const digest = await trees.digest(root, first.path);
    digests.set(first.inode, digest);
    const known = sizes.has(digest) || (await isStored(ports, digest, first.size));
    if (!sizes.has(digest)) sizes.set(digest, known ? 0 : first.size);
    if (known) await trees.removeName(root, first.path);
    else await trees.moveOut(root, first.path, `${staged}/${digest}`);
    await trees.writeStub(root, { entry: first, redirect: objectRedirect(digest) });
    for (const other of names.slice(1)) {
      await trees.removeName(root, other.path);
      await trees.link(root, first.path, other.path);
    }
    done += 1;
    options.progress((0.9 * done) / groups.size);
  });
  await restoreDirectories(ports, root, entries);
  // From here on objects are named in the store: their data must be there whatever happens next.
  await trees.sync(layerDir);
  const fresh = [...sizes].filter(([, size]) => size > 0).map(([digest]) => digest);
  for (const digest of fresh) {
    await files.makeDir(objectDir(pool, digest));
    await trees.rename(`${staged}/${digest}`, objectPath(pool, digest));
  }
  await files.removeTree(staged);
  const manifest = formatManifest(entries.map((entry) => manifestEntry(entry, digests, groups)));
  await files.writeAtomic(`${layerDir}/manifest`, manifest);
  await trees.sync(layerDir);
  const distinct = [...groups.values()].map(([first]) => first?.size ?? 0);
  return {
    digest: manifestDigest(manifest),
    bytes: sum(distinct),
    files: entries.filter(({ kind }) => kind === 'file').length,
    newBytes: sum([...sizes.values()]),
  };
}

/** Files with content, each with all its names. */
function groupByInode(entries: readonly TreeEntry[]): ReadonlyMap<bigint, readonly TreeEntry[]> {
  const groups = new Map<bigint, TreeEntry[]>();
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.size === 0) continue;
    const names = groups.get(entry.inode);
    if (names === undefined) groups.set(entry.inode, [entry]);
    else names.push(entry);
  }
  return groups;
}

/** Replacing files changed the times of the directories that hold them. */
async function restoreDirectories(
  { trees }: SealPorts,
  root: string,
  entries: readonly TreeEntry[],
): Promise<void> {
  for (const { kind, path, modifiedNs } of entries) {
    if (kind === 'directory') await trees.setModified(root, path, modifiedNs);
  }
}

function manifestEntry(
  entry: TreeEntry,
  digests: ReadonlyMap<bigint, string>,
  groups: ReadonlyMap<bigint, readonly TreeEntry[]>,
): ManifestEntry {
  const { path, kind, mode, uid, gid, modifiedNs, size, device, target, xattrs } = entry;
  const first = groups.get(entry.inode)?.[0];
  return {
    path,
    kind,
    mode,
    uid,
    gid,
    modifiedNs,
    size,
    device,
    target,
    xattrs,
    digest: kind === 'file' ? (digests.get(entry.inode) ?? null) : null,
    linkOf: first === undefined || first.path.equals(path) ? null : first.path,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
