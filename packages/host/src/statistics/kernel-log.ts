import { closeSync, constants, openSync, readSync } from 'node:fs';
import { hasErrorCode } from '../syscalls/system-error.ts';

/** Bytes of the longest record: CONSOLE_EXT_LOG_MAX. Shorter buffers are refused with EINVAL. */
const longestRecord = 8192;

/** Records of /dev/kmsg from the moment it is opened, read without waiting (Documentation/ABI/testing/dev-kmsg). */
export class KernelLog {
  #fd: number | null;

  constructor(path = '/dev/kmsg') {
    this.#fd = openAtEnd(path);
  }

  /** What was logged since the last call; empty where the log may not be read. */
  read(): readonly string[] {
    const records: string[] = [];
    const buffer = Buffer.alloc(longestRecord);
    while (this.#fd !== null) {
      try {
        const length = readSync(this.#fd, buffer);
        if (length === 0) break;
        records.push(buffer.toString('utf8', 0, length));
      } catch (error) {
        if (hasErrorCode(error, 'EAGAIN')) break;
        // EPIPE: records were overwritten before they were read; the next one is the oldest that is left
        if (!hasErrorCode(error, 'EPIPE')) this.close();
      }
    }
    return records;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

const openAtEnd = (path: string): number | null => {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return fd;
  } catch (error) {
    // EPERM: the log is not ours to read here (dmesg_restrict without CAP_SYSLOG, a container)
    if (hasErrorCode(error, 'ENOENT', 'EPERM', 'EACCES', 'ENXIO')) return null;
    throw error;
  }
};
