import { encodedPathPrefix, fault } from '@insula/contract';

/**
 * The bytes of a path as calls write it.
 * @throws CodedError invalid_input for bytes that are no absolute path
 */
export function pathBytes(path: string, field = 'path'): Buffer {
  if (!path.startsWith(encodedPathPrefix)) return Buffer.from(path);
  const bytes = Buffer.from(path.slice(encodedPathPrefix.length), 'base64url');
  if (bytes[0] === slash && !bytes.includes(0)) return bytes;
  throw fault('invalid_input', { field, problem: 'its bytes must be an absolute path' });
}

const slash = 0x2f;

/** A path as calls write it: as it is if it is UTF-8, which must not look like an encoded one. */
export function pathText(bytes: Buffer): string {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : `${encodedPathPrefix}${bytes.toString('base64url')}`;
}

/** The path of an entry of a directory. */
export function entryPath(directory: Buffer, name: Buffer): Buffer {
  const end = directory.findLastIndex((byte) => byte !== slash);
  return Buffer.concat([directory.subarray(0, end + 1), Buffer.of(slash), name]);
}

/** The last name of a path. */
export function lastName(path: Buffer): Buffer {
  return path.subarray(path.lastIndexOf(slash) + 1);
}
