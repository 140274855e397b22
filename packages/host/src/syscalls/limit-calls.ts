import { libraryCall } from './libc.ts';

const prlimitCall = libraryCall('prlimit', ['int', 'int', 'void *', 'void *']);

/** include/uapi/asm-generic/resource.h: the same on x86_64 and arm64. */
export const processLimitNumbers = { RLIMIT_NOFILE: 7, RLIMIT_MEMLOCK: 8, RLIMIT_SIGPENDING: 11 } as const;
export type ProcessLimitName = keyof typeof processLimitNumbers;

/** What the kernel takes for no limit (RLIM_INFINITY). */
const infinity = 2n ** 64n - 1n;

/**
 * Sets the hard limit of a process, and its soft limit down to it; a soft limit that was the hard one follows it up.
 * `null` is without limit. @throws SystemError ESRCH when there is no such process, EPERM
 */
export const limitProcess = (pid: number, name: ProcessLimitName, hard: number | null): void => {
  const resource = processLimitNumbers[name];
  const bytes = Buffer.alloc(16);
  prlimitCall.now([pid, resource, null, bytes], { path: `process ${pid}` });
  const [soft, before] = [bytes.readBigUInt64LE(0), bytes.readBigUInt64LE(8)];
  const after = hard === null ? infinity : BigInt(hard);
  bytes.writeBigUInt64LE(soft === before || soft > after ? after : soft, 0);
  bytes.writeBigUInt64LE(after, 8);
  prlimitCall.now([pid, resource, bytes, null], { path: `process ${pid}` });
};
