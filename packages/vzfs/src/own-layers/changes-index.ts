import type { Host, TreeEntry } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { inParallel } from '../store/in-parallel.ts';
import { decodeBytes, encodeBytes } from '../store/manifest.ts';
import { isCandidate } from './plan-own-layer.ts';
import { keyOf } from './tree-paths.ts';

/** What was read of one changed file. It need not be read again while nothing about it changes. */
export interface IndexedFile {
  readonly digest: string;
  readonly size: number;
  readonly inode: bigint;
  readonly changedNs: bigint;
}

export type ChangesIndex = ReadonlyMap<string, IndexedFile>;

type IndexPorts = Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout };

/** Files that are read at a time. */
const parallel = 4;

/** One line for each file: `digest size inode changed path`, bytes of the path as in a manifest. */
export function formatIndex(index: ChangesIndex): string {
  return [...index]
    .map(([key, { digest, size, inode, changedNs }]) =>
      [digest, size, inode, changedNs, `${encodeBytes(Buffer.from(key, 'latin1'))}\n`].join(' '),
    )
    .join('');
}

/** The inverse of `formatIndex`. Lines that are none are left out: what they said is read again. */
export function parseIndex(text: string): ChangesIndex {
  const index = new Map<string, IndexedFile>();
  for (const line of text.split('\n')) {
    const [, digest = '', size = '', inode = '', changed = '', path = ''] =
      /^([0-9a-f]{64}) (\d+) (\d+) (-?\d+) (\S+)$/.exec(line) ?? [];
    if (digest === '') continue;
    const file = { digest, size: Number(size), inode: BigInt(inode), changedNs: BigInt(changed) };
    index.set(keyOf(decodeBytes(path)), file);
  }
  return index;
}

/** Reads the candidates of an upper tree that have changed since they were read last, and notes their digests beside it. */
export async function indexChanges(
  { files, trees, pool }: IndexPorts,
  uuid: string,
  upper: string,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (fraction: number) => void },
): Promise<void> {
  const { changesIndex } = pool.privateArea(uuid);
  const before = parseIndex((await files.readTextIfExists(changesIndex)) ?? '');
  const candidates = (await trees.list(upper, { signal })).filter(isCandidate);
  const whole = candidates.reduce((sum, { size }) => sum + size, 0);
  const now = new Map<string, IndexedFile>();
  let done = 0;
  await inParallel(candidates, parallel, async (entry) => {
    signal.throwIfAborted();
    const key = keyOf(entry.path);
    const known = before.get(key);
    const digest =
      known !== undefined && isSame(known, entry)
        ? known.digest
        : await trees.digest(upper, entry.path, { signal });
    const { size, inode, changedNs } = entry;
    now.set(key, { digest, size, inode, changedNs });
    done += size;
    progress(done / whole);
  });
  await files.writeAtomic(changesIndex, formatIndex(now));
}

const isSame = (known: IndexedFile, { size, inode, changedNs }: TreeEntry): boolean =>
  known.size === size && known.inode === inode && known.changedNs === changedNs;

/** What the last `indexChanges` of a VE noted. */
export async function readIndex(
  { files, pool }: Pick<IndexPorts, 'files' | 'pool'>,
  uuid: string,
): Promise<ChangesIndex> {
  return parseIndex((await files.readTextIfExists(pool.privateArea(uuid).changesIndex)) ?? '');
}

/**
 * Contents that more than one VE has among its changed files, of those that the given ones have. What others have is known from when
 * they were read last: it may have changed since.
 */
export async function equalContents(
  ports: Pick<IndexPorts, 'files' | 'pool'>,
  uuids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { files, pool } = ports;
  /** The VE that was seen first with a content. */
  const owners = new Map<string, string>();
  const equal = new Set<string>();
  const note = (uuid: string, digest: string) => {
    const owner = owners.get(digest);
    if (owner === undefined) owners.set(digest, uuid);
    else if (owner !== uuid) equal.add(digest);
  };
  for (const uuid of uuids)
    for (const { digest } of (await readIndex(ports, uuid)).values()) note(uuid, digest);
  for (const { name } of await files.list(pool.privateAreas)) {
    if (name.startsWith('.') || uuids.includes(name)) continue;
    const text = (await files.readTextIfExists(pool.privateArea(name).changesIndex)) ?? '';
    for (const line of text.split('\n')) {
      const digest = line.slice(0, 64);
      if (owners.has(digest)) note(name, digest);
    }
  }
  return equal;
}
