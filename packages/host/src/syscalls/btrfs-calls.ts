import { closeSync, constants } from 'node:fs';
import { libraryCall } from './libc.ts';
import { currentDirectory, openBelow } from './path-calls.ts';

/*
 * Requests of linux/btrfs.h, written out: _IOWR(0x94, 18, struct btrfs_ioctl_ino_lookup_args) of 4096 bytes, whose first field is the
 * id of a tree, asked for when it is 0; and _IOR(0x94, 31, struct btrfs_ioctl_fs_info_args) of 1024 bytes, with the UUID of the file
 * system at byte 16.
 */
const inodeLookup = 0xd000_9412;
const fileSystemInfo = 0x8400_941f;
const firstFreeObject = 256n;

const ioctl = libraryCall('ioctl', ['int', 'ulong', 'void *']);

const withDirectory = <Answer>(path: string, use: (fd: number) => Answer): Answer => {
  const fd = openBelow(currentDirectory, path, { flags: constants.O_RDONLY | constants.O_DIRECTORY });
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
};

/** Id of the subvolume that a directory belongs to. @throws SystemError ENOTTY on another file system */
export const subvolumeId = (path: string): bigint =>
  withDirectory(path, (fd) => {
    const request = Buffer.alloc(4096);
    request.writeBigUInt64LE(firstFreeObject, 8);
    ioctl.now([fd, inodeLookup, request], { path });
    return request.readBigUInt64LE(0);
  });

/** UUID of a btrfs file system, as /sys/fs/btrfs names it. @throws SystemError ENOTTY on another file system */
export const fileSystemUuid = (path: string): string =>
  withDirectory(path, (fd) => {
    const answer = Buffer.alloc(1024);
    ioctl.now([fd, fileSystemInfo, answer], { path });
    const hex = answer.toString('hex', 16, 32);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  });
