import { fault } from '@insula/contract';
import { BadArchive, blockBytes, parseHeader } from './tar-header.ts';
import { readerOf, type Scanning } from './unpack-archive.ts';

/** Bytes of headers that may come before the content. */
const headerBytes = 65_536;

/**
 * The content of the first entry of an archive, which must be a plain file of that name; no more of the archive is read.
 * @throws CodedError archive_refused
 */
export async function firstFile(
  scanning: Omit<Scanning, 'judge'> & { readonly name: string; readonly maxBytes: number },
): Promise<Buffer> {
  const { archive, called = archive, commands, maxBytes, name, signal } = scanning;
  const reading = await commands.start([...(await readerOf(scanning)), archive], {
    stdout: 'pipe',
    stderr: 'ignore',
    signal,
  });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of reading.stdout ?? []) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= headerBytes + maxBytes) break;
  }
  reading.kill();
  await reading.exited;
  signal.throwIfAborted();
  try {
    return parseFirst(Buffer.concat(chunks), name, maxBytes);
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    throw fault('archive_refused', { archive: called, problem: error.message }, { cause: error });
  }
}

/** Out of the beginning of an archive. @throws BadArchive */
export function parseFirst(bytes: Buffer, name: string, maxBytes: number): Buffer {
  for (let at = 0; at <= headerBytes; ) {
    if (bytes.length < at + blockBytes) throw new BadArchive('it is cut off');
    const header = parseHeader(bytes.subarray(at, at + blockBytes));
    at += blockBytes;
    // what says more about the entry says nothing that is needed here
    if ('xg'.includes(header.type)) {
      at += Math.ceil(header.storedBytes / blockBytes) * blockBytes;
      continue;
    }
    if (header.type !== '0' || header.name !== name) throw new BadArchive(`it does not begin with ${name}`);
    if (header.storedBytes > maxBytes) throw new BadArchive(`its ${name} is too large`);
    if (bytes.length < at + header.storedBytes) throw new BadArchive('it is cut off');
    return bytes.subarray(at, at + header.storedBytes);
  }
  throw new BadArchive(`it does not begin with ${name}`);
}
