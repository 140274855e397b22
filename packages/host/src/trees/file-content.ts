import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';

/** Bytes that are read at a time. */
const chunkBytes = 1_048_576;

/** A link is not followed, and a fifo does not wait for a writer. */
const readPlain = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** SHA-256 of a file in hexadecimal. */
export async function digestOf(full: Buffer): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(full, readPlain);
  try {
    const { size } = await file.stat();
    if (size <= chunkBytes) return hash.update(await file.readFile()).digest('hex');
    for await (const chunk of createReadStream('', {
      fd: file,
      autoClose: false,
      highWaterMark: chunkBytes,
    })) {
      hash.update(chunk as Buffer);
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

/** Whether two files hold the same bytes. Ends at the first difference. */
export async function sameContent(left: Buffer, right: Buffer): Promise<boolean> {
  const leftFile = await open(left, readPlain);
  try {
    const rightFile = await open(right, readPlain);
    try {
      return await sameBytes(leftFile, rightFile);
    } finally {
      await rightFile.close();
    }
  } finally {
    await leftFile.close();
  }
}

async function sameBytes(left: FileHandle, right: FileHandle): Promise<boolean> {
  const [{ size }, { size: rightSize }] = [await left.stat(), await right.stat()];
  if (size !== rightSize) return false;
  const length = Math.min(chunkBytes, size);
  const [leftBytes, rightBytes] = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
  for (let position = 0; position < size; ) {
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

/** Copies the data of a file to a new one that belongs to root alone; by reference where the file system can. */
export async function copyContent(from: Buffer, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
}
