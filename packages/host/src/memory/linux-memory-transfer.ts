import { createWriteStream } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { entriesOf, numberAt } from '../criu/image-format.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { BlocksByTurns, blockBytes, blockPages, readAhead, readAt, readWhole } from './blocks.ts';
import { type DifferencePart, decodeParts, encodePart } from './difference-format.ts';
import {
  anonymousRanges,
  type CopiedRange,
  leadingPart,
  type PageRange,
  pageBytes,
  privateMappings,
} from './memory-ranges.ts';
import type { MemoryOwner, MemoryTransfer } from './memory-transfer.ts';

/** Of CRIU's images/pagemap.proto, and its flag for pages that are in the image. */
const head = { pagesId: 1 } as const;
const entry = { address: 1, count32: 2, flags: 4, count: 5 } as const;
const isPresent = 4;

/** What a copy has, by the process inside. */
type CopyIndex = Readonly<Record<string, readonly CopiedRange[]>>;

interface PageImage {
  /** The process inside. */
  readonly owner: string;
  readonly name: string;
  /** Its pages, in the order of the image. */
  readonly ranges: readonly PageRange[];
}

export class LinuxMemoryTransfer implements MemoryTransfer {
  read(owners: readonly MemoryOwner[], copy: string, { signal }: { readonly signal: AbortSignal }): Readable {
    return Readable.from(copying(owners, copy, signal), { objectMode: false });
  }

  async keep(stream: Readable, copy: string): Promise<void> {
    await pipeline(stream, createWriteStream(copy, { mode: 0o600 }));
  }

  async pageImages(images: string): Promise<readonly string[]> {
    return (await pageImagesOf(images)).map(({ name }) => name);
  }

  difference(images: string, copy: string): Readable {
    const parts = differing(images, copy);
    return Readable.from(
      (async function* () {
        // to be encoded is to be copied
        for await (const part of parts) yield encodePart(part);
      })(),
      { objectMode: false },
    );
  }

  async assemble(images: string, copy: string, difference: Readable): Promise<void> {
    const source = await open(copy, 'r');
    let image: { readonly handle: FileHandle; readonly name: string; crc: number } | null = null;
    const write = async (bytes: Buffer): Promise<void> => {
      if (image === null) throw new RangeError('a difference of memory begins without an image');
      const written = image.handle.write(bytes);
      image.crc = crc32(bytes, image.crc);
      await written;
    };
    const blocks = new BlocksByTurns();
    const found = readAhead(inBlocks(decodeParts(difference)), async (part) => ({
      part,
      bytes: part.kind === 'copied' ? await readWhole(source, part, blocks.next()) : null,
    }));
    try {
      for await (const { part, bytes } of found) {
        if (bytes !== null) await write(bytes);
        else if (part.kind === 'image') {
          if (!/^pages-\d+\.img$/.test(part.name)) throw new RangeError(`${part.name} is no page image`);
          image = { handle: await open(join(images, part.name), 'w', 0o644), name: part.name, crc: 0 };
        } else if (part.kind === 'sent') await write(part.content);
        else if (part.kind === 'end') {
          if (image?.crc !== part.crc)
            throw new RangeError(`${image?.name ?? 'an image'} did not come out as it was`);
          await image.handle.close();
          image = null;
        }
      }
      if (image !== null) throw new RangeError(`${image.name} is cut off`);
    } finally {
      await source.close();
      await (image as { readonly handle: FileHandle } | null)?.handle.close();
    }
  }

  async removeCopy(copy: string): Promise<void> {
    for (const path of [copy, indexPath(copy)]) await rm(path, { force: true });
  }
}

const indexPath = (copy: string): string => `${copy}.index`;

async function* copying(
  owners: readonly MemoryOwner[],
  copy: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const target = await open(copy, 'w', 0o600);
  const index: Record<string, CopiedRange[]> = {};
  let offset = 0;
  try {
    for (const { pid, innerPid } of owners) {
      const copied: CopiedRange[] = [];
      index[String(innerPid)] = copied;
      for await (const { first, bytes } of memoryOf(pid)) {
        signal.throwIfAborted();
        await target.write(bytes);
        copied.push({ first, count: bytes.length / pageBytes, offset });
        offset += bytes.length;
        yield bytes;
      }
    }
    await writeFile(indexPath(copy), JSON.stringify(index), { mode: 0o600 });
  } finally {
    await target.close();
  }
}

/** The memory of a process, in the order of its addresses. A process that ends, and pages that go, end or shorten it. */
async function* memoryOf(pid: number): AsyncGenerator<{ readonly first: number; readonly bytes: Buffer }> {
  const files: FileHandle[] = [];
  try {
    const maps = privateMappings(await readFile(`/proc/${pid}/maps`, 'utf8'));
    for (const name of ['pagemap', 'mem']) files.push(await open(`/proc/${pid}/${name}`, 'r'));
    const [pagemap, memory] = files;
    if (pagemap === undefined || memory === undefined) return;
    for (const mapping of maps) {
      const entries = await readAt(pagemap, mapping.first * 8, mapping.count * 8);
      for (const range of anonymousRanges(entries, mapping.first)) {
        for (let done = 0; done < range.count; done += blockPages) {
          const first = range.first + done;
          const wanted = Math.min(blockPages, range.count - done) * pageBytes;
          const bytes = await readAt(memory, first * pageBytes, wanted);
          const whole = bytes.subarray(0, bytes.length - (bytes.length % pageBytes));
          if (whole.length > 0) yield { first, bytes: whole };
          if (whole.length < wanted) break;
        }
      }
    }
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ESRCH', 'EIO', 'EACCES')) throw error;
  } finally {
    for (const file of files) await file.close();
  }
}

/** What is in the copy in blocks: another node may have said it in one. */
async function* inBlocks(parts: AsyncIterable<DifferencePart>): AsyncGenerator<DifferencePart> {
  for await (const part of parts) {
    if (part.kind !== 'copied') yield part;
    else
      for (let done = 0; done < part.bytes; done += blockBytes)
        yield { kind: 'copied', offset: part.offset + done, bytes: Math.min(blockBytes, part.bytes - done) };
  }
}

/** The page images of processes, with what is in them. One that is not as long as it should be is left to others. */
async function pageImagesOf(images: string): Promise<readonly PageImage[]> {
  const found: PageImage[] = [];
  for (const file of (await readdir(images)).sort()) {
    const owner = /^pagemap-(\d+)\.img$/.exec(file)?.[1];
    if (owner === undefined) continue;
    const [first, ...entries] = entriesOf(await readFile(join(images, file)));
    const id = first === undefined ? undefined : numberAt(first, head.pagesId);
    if (id === undefined) continue;
    const ranges = entries.flatMap((one): readonly PageRange[] => {
      const flags = numberAt(one, entry.flags);
      if (flags !== undefined && (flags & isPresent) === 0) return [];
      const count = numberAt(one, entry.count) ?? numberAt(one, entry.count32) ?? 0;
      return [{ first: (numberAt(one, entry.address) ?? 0) / pageBytes, count }];
    });
    const name = `pages-${id}.img`;
    const pages = ranges.reduce((sum, { count }) => sum + count, 0);
    const { size } = await stat(join(images, name));
    if (size === pages * pageBytes) found.push({ owner, name, ranges });
  }
  return found;
}

/** What is sent of memory is good until the next part is asked for. */
async function* differing(images: string, copy: string): AsyncGenerator<DifferencePart> {
  const index = JSON.parse(await readFile(indexPath(copy), 'utf8')) as CopyIndex;
  const before = await open(copy, 'r');
  try {
    for (const image of await pageImagesOf(images)) {
      yield { kind: 'image', name: image.name };
      let crc = 0;
      const now = await open(join(images, image.name), 'r');
      try {
        const [blocks, blocksBefore] = [new BlocksByTurns(), new BlocksByTurns()];
        let position = 0;
        const found = readAhead(partsOf(image.ranges, index[image.owner] ?? []), async (part) => {
          const length = part.count * pageBytes;
          const at = position;
          position += length;
          const [bytes, copied] = await Promise.all([
            readAt(now, at, length, blocks.next()),
            part.offset === null ? null : readAt(before, part.offset, length, blocksBefore.next()),
          ]);
          if (bytes.length !== length) throw new RangeError(`${image.name} is cut off`);
          return { bytes, copied, offset: part.offset };
        });
        for await (const { bytes, copied, offset } of found) {
          crc = crc32(bytes, crc);
          if (copied === null || offset === null) yield { kind: 'sent', content: bytes };
          else yield* compared(bytes, copied, offset);
        }
      } finally {
        await now.close();
      }
      yield { kind: 'end', crc };
    }
  } finally {
    await before.close();
  }
}

/** The pages of an image in parts of at most a block, each wholly in the copy or wholly not. */
function* partsOf(
  ranges: readonly PageRange[],
  copied: readonly CopiedRange[],
): Generator<{ readonly count: number; readonly offset: number | null }> {
  for (const { first, count } of ranges) {
    for (let done = 0; done < count; ) {
      const part = leadingPart({ first: first + done, count: Math.min(blockPages, count - done) }, copied);
      done += part.count;
      yield part;
    }
  }
}

/** Pages that are the same as in the copy, and those that are not, in rows. */
function* compared(now: Buffer, before: Buffer, offset: number): Generator<DifferencePart> {
  const rowOf = (start: number, end: number, same: boolean): DifferencePart =>
    same
      ? { kind: 'copied', offset: offset + start, bytes: end - start }
      : { kind: 'sent', content: now.subarray(start, end) };
  if (now.equals(before)) {
    yield rowOf(0, now.length, true);
    return;
  }
  let start = 0;
  let wasSame = false;
  for (let at = 0; at < now.length; at += pageBytes) {
    const isSame =
      at + pageBytes <= before.length && now.compare(before, at, at + pageBytes, at, at + pageBytes) === 0;
    if (isSame !== wasSame && at > start) {
      yield rowOf(start, at, wasSame);
      start = at;
    }
    wasSame = isSame;
  }
  yield rowOf(start, now.length, wasSame);
}
