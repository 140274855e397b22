import { closeSync } from 'node:fs';
import { numberedCall } from './libc.ts';

/** include/uapi/linux/openat2.h */
export const resolve = {
  noCrossMount: 0x01,
  noMagicLinks: 0x02,
  noSymlinks: 0x04,
  beneath: 0x08,
  inRoot: 0x10,
} as const;

/** Flags Node does not name; the same on x86_64 and arm64. */
export const openPath = 0o10000000;
export const openCloseOnExec = 0o2000000;

export const currentDirectory = -100;

// includes/uapi/asm-generic/unistd.h: numbers from 403 on are the same on every architecture
const openat2Call = numberedCall('openat2', 437, ['int', 'void *', 'void *', 'size_t']);

export interface OpenHow {
  readonly flags: number;
  readonly mode?: number;
  readonly resolve?: number;
}

/**
 * openat2(2): opens a path below a directory under resolution rules the kernel enforces.
 * Retries EAGAIN, which RESOLVE_IN_ROOT and RESOLVE_BENEATH answer when something was renamed meanwhile.
 * @throws SystemError
 */
export const openBelow = (directoryFd: number, path: string | Buffer, how: OpenHow): number => {
  // names on disk are bytes, not always UTF-8
  const pathBytes = Buffer.concat([Buffer.from(path), Buffer.alloc(1)]);
  const bytes = Buffer.alloc(24);
  bytes.writeBigUInt64LE(BigInt(how.flags | openCloseOnExec), 0);
  bytes.writeBigUInt64LE(BigInt(how.mode ?? 0), 8);
  bytes.writeBigUInt64LE(BigInt(how.resolve ?? 0), 16);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return openat2Call.now([directoryFd, pathBytes, bytes, bytes.length], { path: path.toString() });
    } catch (error) {
      const again = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!again || attempt === 32) throw error;
    }
  }
};

/** A path that names an open descriptor's file itself; appending '/name' names an entry of that directory. */
export const descriptorPath = (fd: number): string => `/proc/self/fd/${fd}`;

/** Runs `use` with a descriptor and closes it afterwards. */
export const withDescriptor = async <T>(fd: number, use: (fd: number) => Promise<T>): Promise<T> => {
  try {
    return await use(fd);
  } finally {
    closeSync(fd);
  }
};
