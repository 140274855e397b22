import { createHash } from 'node:crypto';
import type { ExtendedAttribute, TreeEntry, TreeEntryKind } from '@insula/host';

/** One line of a manifest: a name of a layer with all that is known of it. */
export interface ManifestEntry
  extends Pick<
    TreeEntry,
    'path' | 'kind' | 'mode' | 'uid' | 'gid' | 'modifiedNs' | 'size' | 'device' | 'target' | 'xattrs'
  > {
  /** SHA-256 of a file's content in hexadecimal; null for everything else, and for files without content. */
  readonly digest: string | null;
  /** The first name of the same file, for further hard links. */
  readonly linkOf: Buffer | null;
}

const letters: Readonly<Record<TreeEntryKind, string>> = {
  file: 'f',
  directory: 'd',
  symlink: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
};
const kinds = Object.fromEntries(
  Object.entries(letters).map(([kind, letter]) => [letter, kind as TreeEntryKind]),
);

/**
 * A layer as text, one line for each name: `kind mode uid gid mtime size device content target link xattrs path`. Fields are
 * separated by blanks, `-` is none; bytes are written as they are if they are plain letters, and as %XX otherwise. The same layer
 * gives the same text on every node, so its digest is the layer's identity.
 */
export function formatManifest(entries: readonly ManifestEntry[]): string {
  return entries.map((entry) => `${formatEntry(entry)}\n`).join('');
}

/** The inverse of `formatManifest`. @throws Error naming the line that cannot be read */
export function parseManifest(text: string): readonly ManifestEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseEntry(line, index + 1));
}

/** The identity of a layer: `sha256:` and the digest of its manifest. */
export function manifestDigest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function formatEntry(entry: ManifestEntry): string {
  const { kind, mode, uid, gid, modifiedNs, size, device, digest, target, linkOf, xattrs, path } = entry;
  const attributes = xattrs.map(
    ({ name, value }) => `${encodeBytes(Buffer.from(name))}=${value.toString('base64url')}`,
  );
  return [
    letters[kind],
    mode.toString(8),
    uid,
    gid,
    modifiedNs,
    size,
    device,
    digest ?? '-',
    target === null ? '-' : encodeBytes(target),
    linkOf === null ? '-' : encodeBytes(linkOf),
    attributes.length === 0 ? '-' : attributes.join(','),
    path.length === 0 ? '.' : encodeBytes(path),
  ].join(' ');
}

function parseEntry(line: string, number: number): ManifestEntry {
  const fields = line.split(' ');
  const [letter, mode, uid, gid, modified, size, device, digest, target, linkOf, attributes, path] = fields;
  const kind = kinds[letter ?? ''];
  if (kind === undefined || path === undefined || fields.length !== 12)
    throw new Error(`line ${number} is not an entry`);
  return {
    kind,
    mode: Number.parseInt(mode ?? '', 8),
    uid: Number(uid),
    gid: Number(gid),
    modifiedNs: BigInt(modified ?? 0),
    size: Number(size),
    device: Number(device),
    digest: digest === '-' ? null : (digest ?? null),
    target: target === '-' ? null : decodeBytes(target ?? ''),
    linkOf: linkOf === '-' ? null : decodeBytes(linkOf ?? ''),
    xattrs: attributes === '-' ? [] : (attributes ?? '').split(',').map(parseAttribute),
    path: path === '.' ? Buffer.alloc(0) : decodeBytes(path),
  };
}

function parseAttribute(text: string): ExtendedAttribute {
  const cut = text.indexOf('=');
  return {
    name: decodeBytes(text.slice(0, cut)).toString(),
    value: Buffer.from(text.slice(cut + 1), 'base64url'),
  };
}

/** A lone `.` or `-` would read as a root or as none: they are escaped, too. */
export function encodeBytes(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (text === '.' || text === '-' || text === '') return text === '' ? '%' : `%${bytes.toString('hex')}`;
  return text.replaceAll(
    /[^A-Za-z0-9_./+:@~-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

export function decodeBytes(text: string): Buffer {
  if (text === '%') return Buffer.alloc(0);
  const latin = text.replaceAll(/%([0-9a-f]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(latin, 'latin1');
}
