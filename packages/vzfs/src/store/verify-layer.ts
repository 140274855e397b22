import type { Host, TreeEntry } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { layerEntries } from './layer-entries.ts';
import { type ManifestEntry, manifestDigest } from './manifest.ts';
import { objectRedirect } from './object-paths.ts';
import { objectProblem } from './verify-store.ts';

export interface LayerVerification {
  readonly files: number;
  readonly bytes: number;
  readonly problems: readonly { readonly path: string; readonly problem: string }[];
}

type VerifyPorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

export interface LayerToVerify {
  readonly name: string;
  readonly version: string;
  /** What the layer says it is; null for a plain one, of which only the reading can be tried. */
  readonly digest: string | null;
}

/** Compares a layer, name by name, with its manifest, and the manifest and every object with their digests. */
export async function verifyLayer(
  ports: VerifyPorts,
  layer: LayerToVerify,
  options: { readonly signal: AbortSignal; readonly progress: (fraction: number) => void },
): Promise<LayerVerification> {
  const { files, trees, pool } = ports;
  const { root, manifest } = pool.layer(layer.name, layer.version);
  const problems: { readonly path: string; readonly problem: string }[] = [];
  const text = await files.readTextIfExists(manifest);
  if (text === null && layer.digest !== null) problems.push({ path: manifest, problem: 'is missing' });
  if (text !== null && manifestDigest(text) !== layer.digest)
    problems.push({ path: manifest, problem: 'has another digest than the layer' });
  const wanted = await layerEntries(ports, layer, options);
  const found = new Map(
    (await trees.list(root, options)).map((entry) => [entry.path.toString('latin1'), entry] as const),
  );
  const objects = new Map<string, { readonly size: number; readonly path: string }>();
  for (const entry of wanted) {
    const key = entry.path.toString('latin1');
    const path = `/${entry.path.toString()}`;
    const problem = entryProblem(entry, found.get(key), text !== null);
    if (problem !== null) problems.push({ path, problem });
    found.delete(key);
    if (text !== null && entry.digest !== null && !objects.has(entry.digest))
      objects.set(entry.digest, { size: entry.size, path });
  }
  for (const { path } of found.values())
    problems.push({ path: `/${path.toString()}`, problem: 'does not belong to the layer' });
  let bytes = 0;
  let done = 0;
  for (const [digest, { size, path }] of objects) {
    options.signal.throwIfAborted();
    const problem = await objectProblem(ports, digest, size);
    if (problem !== null) problems.push({ path, problem: `its object ${digest} ${problem}` });
    bytes += size;
    done += 1;
    options.progress(done / objects.size);
  }
  return { files: wanted.length, bytes, problems };
}

const redirectName = 'trusted.overlay.redirect';

function entryProblem(wanted: ManifestEntry, found: TreeEntry | undefined, isStub: boolean): string | null {
  if (found === undefined) return 'is missing';
  if (found.kind !== wanted.kind) return `is a ${found.kind} instead of a ${wanted.kind}`;
  for (const field of ['mode', 'uid', 'gid', 'size', 'device', 'modifiedNs'] as const)
    if (found[field] !== wanted[field]) return `has ${field} ${found[field]} instead of ${wanted[field]}`;
  if (!sameBytes(found.target, wanted.target)) return 'points elsewhere';
  const redirect = found.xattrs.find(({ name }) => name === redirectName)?.value.toString();
  const expected = isStub && wanted.digest !== null ? objectRedirect(wanted.digest) : undefined;
  if (isStub && redirect !== expected) return 'leads to another object';
  return attributesOf(found) === attributesOf(wanted) ? null : 'has other extended attributes';
}

const sameBytes = (left: Buffer | null, right: Buffer | null): boolean =>
  left === null || right === null ? left === right : left.equals(right);

const attributesOf = ({ xattrs }: Pick<TreeEntry, 'xattrs'>): string =>
  xattrs
    .filter(({ name }) => !name.startsWith('trusted.overlay.'))
    .map(({ name, value }) => `${name}=${value.toString('hex')}`)
    .join(' ');
