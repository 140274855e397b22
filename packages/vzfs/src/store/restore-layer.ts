import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { checkManifest, refused } from './check-manifest.ts';
import { type ManifestEntry, manifestDigest, parseManifest } from './manifest.ts';
import { objectDir, objectPath, objectRedirect } from './object-paths.ts';
import type { SealedLayer, SealOptions } from './seal-layer.ts';
import { isStored } from './stored-objects.ts';

type RestorePorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

/**
 * Makes a layer of what another node has sent of it: `manifest` and, in `objects`, the objects by their digests, as `archiveParts`
 * names them. Nothing of it is believed. The store is never harmed: an object gets its name there only after its content was read
 * and its data is on disk.
 * @throws CodedError archive_refused
 */
export async function restoreLayer(
  ports: RestorePorts,
  layerDir: string,
  {
    archive,
    isOwn = false,
    signal,
    progress,
  }: SealOptions & { readonly archive: string; readonly isOwn?: boolean },
): Promise<SealedLayer> {
  const { files, trees, pool } = ports;
  const manifest = await files.readText(`${layerDir}/manifest`);
  const entries = parsed(manifest, archive);
  checkManifest(entries, archive, { isOwn });
  const root = `${layerDir}/root`;
  const wanted = new Map(
    entries.flatMap(({ digest, size }) => (digest === null ? [] : [[digest, size] as const])),
  );
  const fresh: string[] = [];
  let newBytes = 0;
  let done = 0;
  for (const [digest, size] of wanted) {
    signal.throwIfAborted();
    done += 1;
    progress((0.7 * done) / wanted.size);
    if (await isStored(ports, digest, size)) continue;
    const staged = stagedObject(layerDir, digest);
    const stat = await files.stat(staged);
    if (stat?.kind !== 'file') throw refused(archive, `the object ${digest} is missing`);
    if (stat.sizeBytes !== size || (await trees.digestFile(staged)) !== digest)
      throw refused(archive, `the object ${digest} has other content than its name says`);
    fresh.push(digest);
    newBytes += size;
  }
  await files.removeTree(root);
  for (const [index, entry] of entries.entries()) {
    signal.throwIfAborted();
    if (index % 256 === 0) progress(0.7 + (0.2 * index) / entries.length);
    await make(ports, root, entry);
  }
  for (const { kind, path, modifiedNs } of entries)
    if (kind === 'directory') await trees.setModified(root, path, modifiedNs);
  // From here on objects are named in the store: their data must be there whatever happens next.
  await trees.sync(layerDir);
  for (const digest of fresh) {
    await files.makeDir(objectDir(pool, digest));
    await trees.rename(stagedObject(layerDir, digest), objectPath(pool, digest));
  }
  await files.removeTree(`${layerDir}/objects`);
  await trees.sync(layerDir);
  const own = entries.filter(({ linkOf }) => linkOf === null);
  return {
    digest: manifestDigest(manifest),
    bytes: own.reduce((sum, { size }) => sum + size, 0),
    files: entries.filter(({ kind }) => kind === 'file').length,
    newBytes,
  };
}

/** What of a layer travels: files below its directory, and objects below that of the store. */
export function archiveParts(entries: readonly ManifestEntry[]): readonly string[] {
  const digests = new Set(entries.flatMap(({ digest }) => (digest === null ? [] : [digest])));
  return [...digests].sort().map((digest) => objectRedirect(digest).slice(1));
}

const stagedObject = (layerDir: string, digest: string) => `${layerDir}/objects${objectRedirect(digest)}`;

function parsed(manifest: string, archive: string): readonly ManifestEntry[] {
  try {
    return parseManifest(manifest);
  } catch (error) {
    throw refused(archive, `its manifest: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function make({ trees }: RestorePorts, root: string, entry: ManifestEntry): Promise<void> {
  if (entry.linkOf !== null) await trees.link(root, entry.linkOf, entry.path);
  else if (entry.digest === null) await trees.make(root, entry);
  else await trees.writeStub(root, { entry, redirect: objectRedirect(entry.digest) });
}
