import type { Host, TreeEntry } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { formatManifest, type ManifestEntry, manifestDigest } from '../store/manifest.ts';
import type { OwnLayerPlan } from './plan-own-layer.ts';
import { keyOf, parentOf } from './tree-paths.ts';

/** What is to become of the changed files of one VE, as it is noted between the steps of an operation. Paths as `keyOf` makes them. */
export interface Relocation {
  /** Layers of the VE's own once it is done. */
  readonly layers: readonly string[];
  readonly files: readonly string[];
  /** Folders that hide no longer what is below them: the layer's do. */
  readonly opaque: readonly string[];
  /** Folders that files are taken from, with their times of modification in nanoseconds. */
  readonly folders: readonly (readonly [path: string, modifiedNs: string])[];
  readonly report: {
    readonly readFiles: number;
    readonly movedFiles: number;
    readonly movedBytes: number;
    readonly storedBytes: number;
  };
}

export interface RelocationPaths {
  readonly dir: string;
  /** The layer while it is made. */
  readonly layer: string;
  readonly note: string;
  /** Why a VE was left as it is, when others went on. */
  readonly problem: string;
}

export function relocationPaths(pool: PoolLayout, operationId: string, uuid: string): RelocationPaths {
  const dir = `${pool.staging}/${operationId}/${uuid}`;
  return { dir, layer: `${dir}/layer`, note: `${dir}/relocation.json`, problem: `${dir}/problem` };
}

/** Layers of its own that a VE is to have after an operation; null when it keeps those that it has. */
export async function layersAfter(
  { files, pool }: Pick<Host, 'files'> & { readonly pool: PoolLayout },
  operationId: string,
  uuid: string,
): Promise<readonly string[] | null> {
  const paths = relocationPaths(pool, operationId, uuid);
  if (await files.exists(paths.problem)) return null;
  return (await readRelocation({ files }, paths)).layers;
}

/** @throws Error when it was not noted */
export async function readRelocation(
  { files }: Pick<Host, 'files'>,
  { note }: RelocationPaths,
): Promise<Relocation> {
  return JSON.parse(await files.readText(note)) as Relocation;
}

/** Pure: what a plan comes to. */
export function relocationOf(
  plan: OwnLayerPlan,
  { changes, readFiles, storedBytes }: RelocationFacts,
): Relocation & { readonly manifest: string } {
  const manifest = formatManifest(plan.entries);
  const folders = new Set(plan.moved.map(({ path }) => parentOf(keyOf(path)) ?? ''));
  const touched = changes.filter(({ path }) => folders.has(keyOf(path)));
  return {
    manifest,
    layers: plan.entries.length === 0 ? [] : [manifestDigest(manifest)],
    files: plan.moved.map(({ path }) => keyOf(path)),
    opaque: plan.opaque.map(keyOf),
    folders: touched.map(({ path, modifiedNs }) => [keyOf(path), String(modifiedNs)] as const),
    report: {
      readFiles,
      movedFiles: plan.moved.length,
      movedBytes: plan.moved.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0),
      storedBytes,
    },
  };
}

interface RelocationFacts {
  readonly changes: readonly TreeEntry[];
  readonly readFiles: number;
  readonly storedBytes: number;
}

/** Whether a file is still what an entry says, but for its content. */
export function isAsNoted(found: TreeEntry, noted: ManifestEntry): boolean {
  const attributes = ({ xattrs }: Pick<TreeEntry, 'xattrs'>) =>
    xattrs
      .filter(({ name }) => !name.startsWith('trusted.'))
      .map(({ name, value }) => `${name}=${value.toString('hex')}`)
      .join(' ');
  return (
    found.kind === 'file' &&
    found.links === 1 &&
    found.mode === noted.mode &&
    found.uid === noted.uid &&
    found.gid === noted.gid &&
    found.size === noted.size &&
    found.modifiedNs === noted.modifiedNs &&
    attributes(found) === attributes(noted)
  );
}
