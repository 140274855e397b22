import type { Host, TreeEntry } from '@insula/host';
import type { StepContext } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { type ManifestEntry, parseManifest } from '../store/manifest.ts';
import { objectPath } from '../store/object-paths.ts';
import { isStored } from '../store/stored-objects.ts';
import { isOpaque, opacity } from './overlay-attributes.ts';
import { isAsNoted, type Relocation } from './relocation.ts';
import { keyOf, pathOf } from './tree-paths.ts';

type LeavePorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };
type ByPath<Entry> = ReadonlyMap<string, Entry>;

/**
 * Takes the files out of an upper tree that the VE's own layer shows now. Each is compared with what will be read in its place, byte by
 * byte; one that differs stays, and is what the VE sees. Folders keep their times, also when this is cut off by an error.
 */
export async function leaveToLayer(
  ports: LeavePorts,
  upper: string,
  relocation: Relocation,
  context: StepContext,
): Promise<void> {
  const { files, trees, pool } = ports;
  const [digest] = relocation.layers;
  if (digest === undefined || relocation.files.length === 0) return;
  const { root, manifest } = pool.ownLayer(digest);
  const noted = byPath(parseManifest(await files.readText(manifest)));
  const shown = byPath(await trees.list(root, context));
  const found = byPath(await trees.list(upper, context));
  try {
    for (const path of relocation.opaque) {
      const folder = shown.get(path);
      if (found.has(path) && folder !== undefined && isOpaque(folder))
        await trees.removeAttribute(upper, pathOf(path), opacity.name);
    }
    for (const [count, path] of relocation.files.entries()) {
      context.signal.throwIfAborted();
      context.progress(count / relocation.files.length);
      const [file, entry] = [found.get(path), noted.get(path)];
      // an earlier try took it away
      if (file === undefined) continue;
      const isSame = entry !== undefined && shown.has(path) && isAsNoted(file, entry);
      if (isSame && (await holds(ports, upper, entry, context))) await trees.removeName(upper, file.path);
      else context.log(`/${path} stays private: it is not what was read before`);
    }
  } finally {
    for (const [path, modifiedNs] of relocation.folders)
      await trees.setModified(upper, pathOf(path), BigInt(modifiedNs));
  }
  await trees.sync(upper);
}

async function holds(
  ports: LeavePorts,
  upper: string,
  { path, digest, size }: ManifestEntry,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<boolean> {
  if (digest === null || !(await isStored(ports, digest, size))) return false;
  return await ports.trees.holdsSame(upper, path, objectPath(ports.pool, digest), { signal });
}

const byPath = <Entry extends Pick<TreeEntry, 'path'>>(entries: readonly Entry[]): ByPath<Entry> =>
  new Map(entries.map((entry) => [keyOf(entry.path), entry]));
