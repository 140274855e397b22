import { libraryCall } from './libc.ts';
import { currentDirectory } from './path-calls.ts';
import { hasErrorCode } from './system-error.ts';

const listCall = libraryCall('llistxattr', ['void *', 'void *', 'size_t']);
const getCall = libraryCall('lgetxattr', ['void *', 'str', 'void *', 'size_t']);
const followCall = libraryCall('getxattr', ['void *', 'str', 'void *', 'size_t']);
const setCall = libraryCall('lsetxattr', ['void *', 'str', 'void *', 'size_t', 'int']);
const removeCall = libraryCall('lremovexattr', ['void *', 'str']);
const utimensatCall = libraryCall('utimensat', ['int', 'void *', 'void *', 'int']);

const doNotFollow = 0x100;
/** UTIME_OMIT: leave the time of access as it is. */
const omit = 0x3ffffffen;

/** XATTR_SIZE_MAX and XATTR_LIST_MAX: include/uapi/linux/limits.h. One thread uses them at a time. */
const nameBuffer = Buffer.alloc(65_536);
const valueBuffer = Buffer.alloc(65_536);

/** A path of any bytes, as the C library wants it. */
const terminated = (path: Buffer): Buffer => Buffer.concat([path, Buffer.of(0)]);

/** Names of a path's extended attributes, links not followed; empty where the file system has none. */
export const listAttributes = (path: Buffer): readonly string[] => {
  try {
    const length = listCall.now([terminated(path), nameBuffer, nameBuffer.length], { path: path.toString() });
    return nameBuffer
      .toString('utf8', 0, length)
      .split('\0')
      .filter((name) => name !== '');
  } catch (error) {
    if (hasErrorCode(error, 'ENOTSUP', 'EOPNOTSUPP')) return [];
    throw error;
  }
};

export const getAttribute = (path: Buffer, name: string): Buffer => {
  const length = getCall.now([terminated(path), name, valueBuffer, valueBuffer.length], {
    path: path.toString(),
  });
  return Buffer.from(valueBuffer.subarray(0, length));
};

/** An attribute of what a link leads to, magic links of /proc included. */
export const linkedAttribute = (path: Buffer, name: string): Buffer => {
  const length = followCall.now([terminated(path), name, valueBuffer, valueBuffer.length], {
    path: path.toString(),
  });
  return Buffer.from(valueBuffer.subarray(0, length));
};

export const setAttribute = (path: Buffer, name: string, value: Buffer): void => {
  setCall.now([terminated(path), name, value, value.length, 0], { path: path.toString() });
};

export const removeAttribute = (path: Buffer, name: string): void => {
  removeCall.now([terminated(path), name], { path: path.toString() });
};

/** Sets the time of modification to the nanosecond, which Node's own call cannot. */
export const setModifiedTime = (path: Buffer, modifiedNs: bigint): void => {
  const times = Buffer.alloc(32);
  times.writeBigInt64LE(omit, 8);
  const nanoseconds = ((modifiedNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  times.writeBigInt64LE((modifiedNs - nanoseconds) / 1_000_000_000n, 16);
  times.writeBigInt64LE(nanoseconds, 24);
  utimensatCall.now([currentDirectory, terminated(path), times, doNotFollow], { path: path.toString() });
};
