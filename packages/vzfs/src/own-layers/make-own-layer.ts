import type { Host, TreeEntry } from '@insula/host';
import type { StepContext } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { objectRedirect } from '../store/object-paths.ts';
import { restoreLayer } from '../store/restore-layer.ts';
import { isStored } from '../store/stored-objects.ts';
import { type ChangesIndex, readIndex } from './changes-index.ts';
import { type MovedFile, planOwnLayer } from './plan-own-layer.ts';
import { readOwnLayers } from './read-own-layers.ts';
import { hasOwnLayer } from './receive-own-layer.ts';
import { type RelocationPaths, relocationOf } from './relocation.ts';
import { keyOf } from './tree-paths.ts';

type MakePorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

export interface OwnLayerWish {
  readonly uuid: string;
  readonly upper: string;
  /** Layers of its own that it has. */
  readonly layers: readonly string[];
  /** Contents that others have among their changed files, too. */
  readonly equal: ReadonlySet<string>;
  /** Bytes that the files of its own layer may have at most; null: as many as they will. */
  readonly roomBytes: number | null;
}

/** Makes the layer that a VE is to have of its own, beside the pool's, and notes what it leads to. Nothing of the VE changes. */
export async function makeOwnLayer(
  ports: MakePorts,
  { uuid, upper, layers, equal, roomBytes }: OwnLayerWish,
  place: RelocationPaths,
  context: StepContext,
): Promise<void> {
  const { files, trees } = ports;
  await files.removeTree(place.dir);
  await files.makeDir(place.layer);
  const index = await readIndex(ports, uuid);
  const stored = await storedContents(ports, index);
  const changes = await trees.list(upper, context);
  const plan = planOwnLayer({
    changes,
    digests: digestsOf(index, changes),
    current: await readOwnLayers(ports, layers),
    isShared: (digest) => stored.has(digest) || equal.has(digest),
    roomBytes,
  });
  const fresh = plan.moved.filter(({ digest }) => !stored.has(digest));
  const storedBytes = await copyContents(ports, upper, fresh, place.layer, context);
  const facts = { changes, readFiles: index.size, storedBytes };
  const { manifest, ...relocation } = relocationOf(plan, facts);
  const [digest] = relocation.layers;
  const isThere = digest !== undefined && fresh.length === 0 && (await hasOwnLayer(ports, digest));
  if (digest !== undefined && !isThere) await build(ports, { uuid, manifest }, place, context);
  await files.writeAtomic(place.note, JSON.stringify(relocation));
}

async function build(
  ports: MakePorts,
  { uuid, manifest }: { readonly uuid: string; readonly manifest: string },
  { layer }: RelocationPaths,
  context: StepContext,
): Promise<void> {
  const { files, pool } = ports;
  const { signal } = context;
  const progress = (fraction: number) => context.progress(0.5 + fraction / 2);
  await files.writeAtomic(`${layer}/manifest`, manifest);
  try {
    await restoreLayer(ports, layer, { archive: uuid, isOwn: true, signal, progress });
  } catch (error) {
    // should a file not be what was read of it, it is read anew the next time
    if (!signal.aborted) await files.removeFile(pool.privateArea(uuid).changesIndex);
    throw error;
  }
}

async function storedContents(ports: MakePorts, index: ChangesIndex): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  for (const { digest, size } of index.values())
    if (!stored.has(digest) && (await isStored(ports, digest, size))) stored.add(digest);
  return stored;
}

/** Lays contents beside a layer that is being made, once each. @returns their bytes */
async function copyContents(
  { files, trees }: MakePorts,
  upper: string,
  moved: readonly MovedFile[],
  layerDir: string,
  context: StepContext,
): Promise<number> {
  const contents = new Map(moved.map((file) => [file.digest, file] as const));
  const whole = [...contents.values()].reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const [digest, { path, size }] of contents) {
    context.signal.throwIfAborted();
    const staged = `${layerDir}/objects${objectRedirect(digest)}`;
    await files.makeDir(staged.slice(0, staged.lastIndexOf('/')));
    await trees.copyOut(upper, path, staged);
    done += size;
    context.progress((0.5 * done) / whole);
  }
  return whole;
}

/** Digests of the files that are still as they were when they were read. */
function digestsOf(index: ChangesIndex, changes: readonly TreeEntry[]): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const { path, inode, changedNs } of changes) {
    const key = keyOf(path);
    const known = index.get(key);
    if (known?.inode === inode && known.changedNs === changedNs) digests.set(key, known.digest);
  }
  return digests;
}
