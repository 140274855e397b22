import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { checkManifest, refused } from '../store/check-manifest.ts';
import { type ManifestEntry, manifestDigest, parseManifest } from '../store/manifest.ts';
import { objectRedirect } from '../store/object-paths.ts';
import { restoreLayer } from '../store/restore-layer.ts';
import { isStored } from '../store/stored-objects.ts';
import { publishOwnLayer } from './publish-own-layer.ts';

type ReceivePorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

/** Whether the pool has a layer of a VE's own. */
export async function hasOwnLayer(
  { files, pool }: Pick<ReceivePorts, 'files' | 'pool'>,
  digest: string,
): Promise<boolean> {
  return await files.exists(pool.ownLayer(digest).root);
}

/** The text that says what is in a layer. @throws SystemError ENOENT */
export async function ownLayerManifest(
  { files, pool }: Pick<ReceivePorts, 'files' | 'pool'>,
  digest: string,
): Promise<string> {
  return await files.readText(pool.ownLayer(digest).manifest);
}

/**
 * Begins to take in a layer from elsewhere: lays its manifest in an empty place.
 * @returns the objects that must come to `objects` beside it, as paths below an object store
 * @throws CodedError archive_refused
 */
export async function expectOwnLayer(
  ports: ReceivePorts,
  dir: string,
  { digest, manifest }: { readonly digest: string; readonly manifest: string },
): Promise<readonly string[]> {
  const { files } = ports;
  if (manifestDigest(manifest) !== digest) throw refused(digest, 'its manifest is that of another layer');
  const entries = parsed(manifest, digest);
  checkManifest(entries, digest, { isOwn: true });
  await files.removeTree(dir);
  await files.makeDir(`${dir}/objects`);
  await files.writeAtomic(`${dir}/manifest`, manifest);
  const missing = new Set<string>();
  for (const { digest: content, size } of entries)
    if (content !== null && !missing.has(content) && !(await isStored(ports, content, size)))
      missing.add(content);
  return [...missing].map((content) => objectRedirect(content).slice(1));
}

/** Makes the layer once its objects have come. Nothing of them is believed. @throws CodedError archive_refused */
export async function takeOwnLayer(
  ports: ReceivePorts,
  dir: string,
  digest: string,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  await restoreLayer(ports, dir, { archive: digest, isOwn: true, progress: () => undefined, ...options });
  await publishOwnLayer(ports, dir, digest);
}

function parsed(manifest: string, digest: string): readonly ManifestEntry[] {
  try {
    return parseManifest(manifest);
  } catch (error) {
    throw refused(digest, (error as Error).message);
  }
}
