import { closeSync, writeSync } from 'node:fs';
import { libraryCall } from './libc.ts';
import { hasErrorCode } from './system-error.ts';

const memfdCreate = libraryCall('memfd_create', ['str', 'uint']);
const fcntl = libraryCall('fcntl', ['int', 'int', 'int']);

/** MFD_*: include/uapi/linux/memfd.h; MFD_EXEC since Linux 6.3 */
const flag = { closeOnExec: 0x1, allowSealing: 0x2, executable: 0x10 } as const;

/** F_ADD_SEALS, and F_SEAL_SEAL, SHRINK, GROW and WRITE: include/uapi/linux/fcntl.h */
const addSeals = 1033;
const everySeal = 0xf;

/** A file in memory that nobody can change any more, not even through this descriptor. @throws SystemError */
export function sealedFile(name: string, content: Buffer): number {
  const fd = create(name);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
    fcntl.now([fd, addSeals, everySeal]);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function create(name: string): number {
  const flags = flag.closeOnExec | flag.allowSealing;
  try {
    return Number(memfdCreate.now([name, flags | flag.executable]));
  } catch (error) {
    if (!hasErrorCode(error, 'EINVAL')) throw error;
    return Number(memfdCreate.now([name, flags]));
  }
}
