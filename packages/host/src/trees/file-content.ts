import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import { descriptorPath } from '../syscalls/path-calls.ts';
import { SystemError } from '../syscalls/system-error.ts';

interface Options {
  readonly signal?: AbortSignal;
}

/** Bytes that are read at a time. */
const chunkBytes = 1_048_576;

/** A link is not followed, and a fifo does not wait for a writer. */
const readPlain = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Calls `use` with a file open for reading, if it is one: a link, a device or a fifo in its place is refused.
 * @throws SystemError EINVAL, and what open(2) answers
 */
async function withFile<Result>(full: Buffer, use: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(full, readPlain);
  try {
    if (!(await file.stat()).isFile())
      throw new SystemError({ code: 'EINVAL', errno: 22, syscall: 'open', path: full.toString() });
    return await use(file);
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file in hexadecimal. */
export async function digestOf(full: Buffer, { signal }: Options = {}): Promise<string> {
  const hash = createHash('sha256');
  return await withFile(full, async (file) => {
    const { size } = await file.stat();
    if (size <= chunkBytes) return hash.update(await file.readFile()).digest('hex');
    for await (const chunk of createReadStream('', {
      fd: file,
      autoClose: false,
      highWaterMark: chunkBytes,
    })) {
      signal?.throwIfAborted();
      hash.update(chunk as Buffer);
    }
    return hash.digest('hex');
  });
}

/** Whether two files hold the same bytes. Ends at the first difference. */
export async function sameContent(left: Buffer, right: Buffer, options: Options = {}): Promise<boolean> {
  return await withFile(
    left,
    async (leftFile) =>
      await withFile(right, async (rightFile) => await sameBytes(leftFile, rightFile, options)),
  );
}

async function sameBytes(left: FileHandle, right: FileHandle, { signal }: Options): Promise<boolean> {
  const [{ size }, { size: rightSize }] = [await left.stat(), await right.stat()];
  if (size !== rightSize) return false;
  const length = Math.min(chunkBytes, size);
  const [leftBytes, rightBytes] = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
  for (let position = 0; position < size; ) {
    signal?.throwIfAborted();
    const wanted = Math.min(length, size - position);
    await Promise.all([
      readWhole(left, leftBytes, wanted, position),
      readWhole(right, rightBytes, wanted, position),
    ]);
    if (leftBytes.compare(rightBytes, 0, wanted, 0, wanted) !== 0) return false;
    position += wanted;
  }
  return true;
}

/** read(2) may give less than it was asked for. @throws Error when the file is shorter than it was */
async function readWhole(file: FileHandle, bytes: Buffer, length: number, position: number): Promise<void> {
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new Error('a file became shorter while it was read');
    done += bytesRead;
  }
}

/** Copies the data of a file to a new one; by reference where the file system can. */
export async function copyContent(from: Buffer, to: string): Promise<void> {
  await withFile(from, async ({ fd }) => {
    await copyFile(descriptorPath(fd), to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  });
}

/** Writes the data of a file over that of another one, which stays the same file for everybody who has it open. Durable. */
export async function overwriteContent(from: string, to: string): Promise<void> {
  await withFile(Buffer.from(from), async (source) => {
    const target = await open(to, constants.O_WRONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await source.stat();
      const bytes = Buffer.allocUnsafe(Math.min(chunkBytes, size));
      for (let position = 0; position < size; ) {
        const { bytesRead } = await source.read(bytes, 0, bytes.length, position);
        if (bytesRead === 0) break;
        await target.write(bytes, 0, bytesRead, position);
        position += bytesRead;
      }
      await target.truncate(size);
      await target.sync();
    } finally {
      await target.close();
    }
  });
}
