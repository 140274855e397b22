/** Bytes of a block of tar(5); headers take one, contents are padded to whole ones. */
export const blockBytes = 512;

/** What an entry of an archive claims to be. Names are latin1 text: one character for each byte. */
export interface TarEntry {
  readonly kind: TarKind;
  readonly path: string;
  /** Target of a link; empty for everything else. */
  readonly target: string;
  /** Of its owner. */
  readonly uid: number;
  readonly gid: number;
  /** Bytes that follow in the archive. */
  readonly storedBytes: number;
  /** Bytes of the file: more than are stored where it has holes. */
  readonly bytes: number;
}

export type TarKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';

/** The header block of an archive, before it is known what earlier extension headers say about it. */
export interface RawHeader {
  /** Type flag, as a character. */
  readonly type: string;
  readonly name: string;
  readonly target: string;
  readonly uid: number;
  readonly gid: number;
  readonly storedBytes: number;
  /** Of an old GNU sparse file: the size with holes, and whether blocks with more of the map follow. */
  readonly sparse: { readonly bytes: number; readonly extended: boolean } | null;
}

/** An archive that is not one, or a hostile one. */
export class BadArchive extends Error {}

/** Reads a header block. @throws BadArchive */
export function parseHeader(block: Buffer): RawHeader {
  if (checksumOf(block) !== numberAt(block, 148, 8)) throw new BadArchive('a header is damaged');
  const magic = block.toString('latin1', 257, 262);
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0';
  const prefix = magic === 'ustar' && !isGnu ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  const type = String.fromCharCode(block[156] ?? 0);
  return {
    type: type === '\0' ? '0' : type,
    name: prefix === '' ? name : `${prefix}/${name}`,
    target: textAt(block, 157, 100),
    uid: numberAt(block, 108, 8),
    gid: numberAt(block, 116, 8),
    storedBytes: numberAt(block, 124, 12),
    sparse: type === 'S' ? { bytes: numberAt(block, 483, 12), extended: block[482] !== 0 } : null,
  };
}

/** Records "LENGTH KEY=VALUE\n" of a pax header (pax(1), "pax Header Block"). @throws BadArchive */
export function parsePax(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(0x20, at);
    const length = blank === -1 ? Number.NaN : Number(content.toString('latin1', at, blank));
    if (!Number.isSafeInteger(length) || length < 5 || at + length > content.length)
      throw new BadArchive('an extended header is damaged');
    const record = content.toString('latin1', blank + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (equals < 1 || content[at + length - 1] !== 0x0a)
      throw new BadArchive('an extended header is damaged');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

const kinds: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

/** What came before a header and says more about it. */
export interface Extensions {
  /** Long names of GNU tar. */
  readonly name: string | undefined;
  readonly target: string | undefined;
  readonly pax: ReadonlyMap<string, string>;
}

/** The entry that a header and its extensions describe together. @throws BadArchive for a kind that no file system has */
export function entryOf(header: RawHeader, { name, target, pax }: Extensions): TarEntry {
  const kind = kinds[header.type];
  if (kind === undefined) throw new BadArchive(`an entry of the unknown type ${JSON.stringify(header.type)}`);
  const path = pax.get('GNU.sparse.name') ?? pax.get('path') ?? name ?? header.name;
  const hasContent = kind === 'file';
  const storedBytes = sizeOf(pax.get('size')) ?? header.storedBytes;
  const bytes =
    sizeOf(pax.get('GNU.sparse.realsize') ?? pax.get('GNU.sparse.size')) ??
    header.sparse?.bytes ??
    storedBytes;
  if (!hasContent && storedBytes > 0 && kind !== 'hardlink')
    throw new BadArchive(`a ${kind} with content: ${JSON.stringify(path)}`);
  if (path.includes('\0')) throw new BadArchive('a name with a zero byte');
  return {
    // some writers mark folders by a slash alone
    kind: kind === 'file' && path.endsWith('/') ? 'directory' : kind,
    path,
    target: kind === 'symlink' || kind === 'hardlink' ? (pax.get('linkpath') ?? target ?? header.target) : '',
    uid: sizeOf(pax.get('uid')) ?? header.uid,
    gid: sizeOf(pax.get('gid')) ?? header.gid,
    storedBytes,
    bytes: hasContent ? bytes : 0,
  };
}

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const size = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(size)) throw new BadArchive('a size that is none');
  return size;
}

/** The checksum counts its own field as blanks. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

const textAt = (block: Buffer, offset: number, length: number): string =>
  block.toString('latin1', offset, offset + length).split('\0', 1)[0] ?? '';

/** Octal digits, or a binary number where the first bit is set. */
function numberAt(block: Buffer, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  if (first >= 0x80) {
    let value = BigInt(first & 0x7f);
    for (const byte of block.subarray(offset + 1, offset + length)) value = value * 256n + BigInt(byte);
    if (first >= 0xc0 || value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new BadArchive('a number out of range');
    return Number(value);
  }
  const text = textAt(block, offset, length).trim();
  if (!/^[0-7]*$/.test(text)) throw new BadArchive('a number that is none');
  return text === '' ? 0 : Number.parseInt(text, 8);
}
