import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { type ManifestEntry, parseManifest } from './manifest.ts';

type EntryPorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

/** Everything in a layer, in the order of its manifest. Of a plain layer, which has none, every file is read. */
export async function layerEntries(
  { files, trees, pool }: EntryPorts,
  layer: { readonly name: string; readonly version: string },
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly ManifestEntry[]> {
  const { root, manifest } = pool.layer(layer.name, layer.version);
  const text = await files.readTextIfExists(manifest);
  if (text !== null) return parseManifest(text);
  const found: ManifestEntry[] = [];
  for (const entry of await trees.list(root, { signal })) {
    signal.throwIfAborted();
    const hasContent = entry.kind === 'file' && entry.size > 0;
    found.push({ ...entry, linkOf: null, digest: hasContent ? await trees.digest(root, entry.path) : null });
  }
  return found;
}

export interface EntryChange {
  /** Absolute. */
  readonly path: Buffer;
  readonly change: 'added' | 'removed' | 'content' | 'metadata';
}

/** What leads from one layer to another, by path. Times of modification alone are no change: every build has its own. */
export function compareEntries(
  from: readonly ManifestEntry[],
  to: readonly ManifestEntry[],
): readonly EntryChange[] {
  const before = byPath(from);
  const after = byPath(to);
  const changes: EntryChange[] = [];
  for (const [key, entry] of after) {
    const old = before.get(key);
    const path = absolute(entry);
    if (old === undefined) changes.push({ path, change: 'added' });
    else if (contentOf(old) !== contentOf(entry)) changes.push({ path, change: 'content' });
    else if (metadataOf(old) !== metadataOf(entry)) changes.push({ path, change: 'metadata' });
  }
  for (const [key, entry] of before) {
    if (!after.has(key)) changes.push({ path: absolute(entry), change: 'removed' });
  }
  return changes.sort((left, right) => left.path.compare(right.path));
}

const byPath = (entries: readonly ManifestEntry[]) =>
  new Map(entries.map((entry) => [entry.path.toString('latin1'), entry] as const));

const absolute = ({ path }: ManifestEntry): Buffer => Buffer.concat([Buffer.from('/'), path]);

const contentOf = ({ kind, digest, target, device }: ManifestEntry): string =>
  [kind, digest ?? '', target?.toString('latin1') ?? '', device].join(' ');

const metadataOf = ({ mode, uid, gid, xattrs }: ManifestEntry): string =>
  [mode, uid, gid, ...xattrs.map(({ name, value }) => `${name}=${value.toString('hex')}`)].join(' ');
