import type { FileHandle } from 'node:fs/promises';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { pageBytes } from './memory-ranges.ts';

/** Pages that are read at once, and compared at once before each of them is. */
export const blockPages = 256;
export const blockBytes = blockPages * pageBytes;

/** As many bytes as there are, to the first that cannot be read. `buffer`: to read into, when somebody has one. */
export async function readAt(
  file: FileHandle,
  position: number,
  length: number,
  buffer: Buffer = Buffer.allocUnsafe(length),
): Promise<Buffer> {
  let done = 0;
  try {
    while (done < length) {
      const { bytesRead } = await file.read(buffer, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } catch (error) {
    if (!hasErrorCode(error, 'EIO', 'EFAULT', 'ESRCH')) throw error;
  }
  return buffer.subarray(0, done);
}

export async function readWhole(
  file: FileHandle,
  { offset, bytes }: { readonly offset: number; readonly bytes: number },
  buffer: Buffer,
): Promise<Buffer> {
  const found = await readAt(file, offset, bytes, buffer);
  if (found.length < bytes) throw new RangeError('the copy of memory is cut off');
  return found;
}

/** Two blocks of memory by turns, for what is read ahead of what is worked on: fresh ones cost as much as reading into them. */
export class BlocksByTurns {
  readonly #blocks = [0, 1].map(() => Buffer.allocUnsafeSlow(blockBytes));
  #turn = 0;

  next(): Buffer {
    this.#turn = 1 - this.#turn;
    return this.#blocks[this.#turn] as Buffer;
  }
}

/** Reads for the next item while the one before is worked on. */
export async function* readAhead<Item, Found>(
  items: AsyncIterable<Item> | Iterable<Item>,
  read: (item: Item) => Promise<Found>,
): AsyncGenerator<Found> {
  let before: Promise<Found> | null = null;
  for await (const item of items) {
    const found = read(item);
    // it fails in its turn
    found.catch(() => undefined);
    if (before !== null) yield await before;
    before = found;
  }
  if (before !== null) yield await before;
}
