import { nameBytes } from './byte-names.ts';

/**
 * What one entry of a tar stream says about itself. Everything that we write belongs to root. Names and link targets are bytes; see
 * `byte-names.ts`.
 */
export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  readonly linkTarget?: string;
}

const blockBytes = 512;

const typeFlags = { file: '0', directory: '5', symlink: '2' } as const;
const nameField = 100;
const largestOctalSize = 8 ** 11;

/**
 * The header blocks of an entry, in the GNU format: names that are too long for their field come in blocks of their own before it. Every
 * tar reads that, busybox's too, which knows nothing of pax headers. tar(5); GNU tar manual, "Basic Tar Format".
 */
export function tarHeader(entry: TarEntry): Buffer {
  const name = nameBytes(entry.kind === 'directory' ? `${entry.name}/` : entry.name);
  const link = nameBytes(entry.linkTarget ?? '');
  return Buffer.concat([
    ...longName('L', name),
    ...longName('K', link),
    block({ ...entry, name, link, flag: typeFlags[entry.kind] }),
  ]);
}

/** Zeros that fill the last block of a file. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}

export const tarEnd: Buffer = Buffer.alloc(2 * blockBytes);

function longName(flag: 'L' | 'K', text: Buffer): readonly Buffer[] {
  if (text.length <= nameField) return [];
  const content = Buffer.concat([text, Buffer.alloc(1)]);
  const head = block({
    name: Buffer.from('././@LongLink'),
    link: Buffer.alloc(0),
    flag,
    mode: 0o644,
    sizeBytes: content.length,
    modifiedAt: new Date(0),
  });
  return [head, content, tarPadding(content.length)];
}

interface Fields extends Pick<TarEntry, 'mode' | 'sizeBytes' | 'modifiedAt'> {
  readonly name: Buffer;
  readonly link: Buffer;
  readonly flag: string;
}

function block({ name, link, flag, mode, sizeBytes, modifiedAt }: Fields): Buffer {
  const bytes = Buffer.alloc(blockBytes);
  name.copy(bytes, 0, 0, nameField);
  octal(bytes, 100, 8, mode & 0o7777);
  octal(bytes, 108, 8, 0);
  octal(bytes, 116, 8, 0);
  size(bytes, sizeBytes);
  octal(bytes, 136, 12, Math.max(0, Math.floor(modifiedAt.getTime() / 1000)));
  bytes.write(flag, 156);
  link.copy(bytes, 157, 0, nameField);
  bytes.write('ustar  \0', 257);
  bytes.write('root', 265);
  bytes.write('root', 297);
  // the sum is taken with spaces in its own place
  bytes.write('        ', 148);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function octal(bytes: Buffer, offset: number, length: number, value: number): void {
  bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
}

/** Sizes from 8 GiB on are binary, marked by the highest bit. */
function size(bytes: Buffer, sizeBytes: number): void {
  if (sizeBytes < largestOctalSize) {
    octal(bytes, 124, 12, sizeBytes);
    return;
  }
  bytes.writeUInt8(0x80, 124);
  bytes.writeBigUInt64BE(BigInt(sizeBytes), 128);
}
