import { fault } from '@insula/contract';
import { isOpacity } from '../own-layers/overlay-attributes.ts';
import type { ManifestEntry } from './manifest.ts';

/** Names that a layer may have: more would only tie up the node. */
export const maxNames = 2_000_000;

/** Bytes of a path: more no system call takes. */
export const longestPath = 4096;

/** Attributes that a system has a use for. Those of overlays would lead to other objects than the manifest says. */
export const allowedAttribute = /^(?:user\.|security\.|system\.posix_acl_(?:access|default)$)/;

/**
 * Refuses a manifest from elsewhere that no honest node has written: with it, a tree could be made that reaches out of itself, or an
 * object be read that is another layer's. `isOwn`: it is a VE's own, not a template's. @throws CodedError archive_refused
 */
export function checkManifest(
  entries: readonly ManifestEntry[],
  archive: string,
  { isOwn = false }: { readonly isOwn?: boolean } = {},
): void {
  const kinds = new Map<string, ManifestEntry>();
  if (entries.length > maxNames) throw refused(archive, `more than ${maxNames} names`);
  for (const [index, entry] of entries.entries()) {
    const problem = index === 0 ? rootProblem(entry) : entryProblem(entry, kinds, isOwn);
    if (problem !== null) throw refused(archive, `name ${index + 1} of its manifest ${problem}`);
    kinds.set(entry.path.toString('latin1'), entry);
  }
}

export const refused = (archive: string, problem: string) => fault('archive_refused', { archive, problem });

const rootProblem = (entry: ManifestEntry): string | null =>
  entry.path.length === 0 && entry.kind === 'directory' ? valueProblem(entry) : 'is not the root';

function entryProblem(
  entry: ManifestEntry,
  known: ReadonlyMap<string, ManifestEntry>,
  isOwn: boolean,
): string | null {
  const path = entry.path.toString('latin1');
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..' || name.length > 255))
    return 'is no plain path';
  if (path.length > longestPath || path.includes('\0')) return 'is no plain path';
  if (known.has(path)) return 'comes twice';
  if (known.get(names.slice(0, -1).join('/'))?.kind !== 'directory') return 'lies in no directory before it';
  if (entry.linkOf !== null) {
    const first = known.get(entry.linkOf.toString('latin1'));
    if (first?.kind !== 'file' || entry.kind !== 'file') return 'is a link to no file before it';
    if (first.digest !== entry.digest || first.linkOf !== null) return 'is a link to another file';
  }
  return valueProblem(isOwn ? withoutOpacity(entry) : entry);
}

/** A folder of a VE's own layer may hide what is below it in other layers. */
function withoutOpacity(entry: ManifestEntry): ManifestEntry {
  if (entry.kind !== 'directory') return entry;
  return { ...entry, xattrs: entry.xattrs.filter((attribute) => !isOpacity(attribute)) };
}

function valueProblem({ kind, mode, uid, gid, size, digest, target, xattrs }: ManifestEntry): string | null {
  if (kind === 'character' || kind === 'block') return 'is a device';
  if (!isWithin(mode, 0o7777) || !isWithin(uid, lastId) || !isWithin(gid, lastId))
    return 'has no owner or mode';
  if (!isWithin(size, Number.MAX_SAFE_INTEGER)) return 'has no size';
  const hasContent = kind === 'file' && size > 0;
  if (hasContent ? !/^[0-9a-f]{64}$/.test(digest ?? '') : digest !== null || size !== 0)
    return 'has no content that fits its kind';
  if ((kind === 'symlink') !== (target !== null) || target?.length === 0)
    return 'has no target that fits its kind';
  return xattrs.every(({ name }) => allowedAttribute.test(name))
    ? null
    : 'has an attribute that no system needs';
}

const lastId = 4_294_967_294;

const isWithin = (value: number, last: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= last;
