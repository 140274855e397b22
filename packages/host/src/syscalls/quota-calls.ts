import { closeSync, constants, existsSync } from 'node:fs';
import { libraryCall, numberedCall } from './libc.ts';
import { currentDirectory, openBelow } from './path-calls.ts';
import { hasErrorCode } from './system-error.ts';

/** include/uapi/linux/quota.h: the kinds of quota by the number that the kernel has for each. */
export const quotaTypes = { user: 0, group: 1, project: 2 } as const;
export type QuotaType = keyof typeof quotaTypes;

/** Q_GETQUOTA, Q_SETQUOTA, Q_GETNEXTQUOTA; and Q_XGETQSTATV of linux/dqblk_xfs.h, which every file system with quotas answers. */
const commands = { get: 0x80_0007, set: 0x80_0008, getNext: 0x80_0009, state: 0x5808 } as const;

// quotactl_fd(2), Linux 5.14: the same number on every architecture
const quotactl = numberedCall('quotactl_fd', 443, ['uint', 'uint', 'uint', 'void *']);
const ioctl = libraryCall('ioctl', ['int', 'ulong', 'void *']);

/** _IOR('X', 31, struct fsxattr) and _IOW('X', 32, struct fsxattr) of linux/fs.h: 28 bytes, the project at byte 12. */
const getAttributes = 0x801c_581f;
const setAttributes = 0x401c_5820;
const attributeBytes = 28;
/** FS_XFLAG_PROJINHERIT: what is made in a directory is of its project. */
const inheritProject = 0x200;

/** Of struct if_dqblk and if_nextdqblk: limits in 1024 bytes, the space used in bytes. */
const quotaBytes = 72;
const limitUnit = 1024;
/** QIF_LIMITS */
const limitsAreValid = 5;

export interface QuotaRecord {
  readonly id: number;
  /** Null: none. */
  readonly bytes: number | null;
  readonly softBytes: number | null;
  readonly inodes: number | null;
  readonly softInodes: number | null;
  readonly usedBytes: number;
  readonly usedInodes: number;
}

const withDirectory = <Answer>(path: string, use: (fd: number) => Answer): Answer => {
  const fd = openBelow(currentDirectory, path, { flags: constants.O_RDONLY | constants.O_DIRECTORY });
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
};

const control = (path: string, command: number, type: QuotaType, id: number, data: Buffer): void => {
  // as an unsigned number of 32 bits: the command takes the highest
  const request = ((command << 8) | quotaTypes[type]) >>> 0;
  withDirectory(path, (fd) => quotactl.now([fd, request, id, data], { path }));
};

const parsed = (data: Buffer, id: number): QuotaRecord => {
  const number = (at: number) => Number(data.readBigUInt64LE(at));
  const limit = (at: number, unit: number) => (number(at) === 0 ? null : number(at) * unit);
  return {
    id,
    bytes: limit(0, limitUnit),
    softBytes: limit(8, limitUnit),
    usedBytes: number(16),
    inodes: limit(24, 1),
    softInodes: limit(32, 1),
    usedInodes: number(40),
  };
};

/** @throws SystemError ESRCH where that kind of quota is not on, ENOSYS where the file system has none */
export const getQuota = (path: string, type: QuotaType, id: number): QuotaRecord => {
  const data = Buffer.alloc(quotaBytes);
  try {
    control(path, commands.get, type, id, data);
  } catch (error) {
    // xfs has no record of an id that neither has nor may have anything (xfs_qm_scall_getquota, fs/xfs/xfs_qm_syscalls.c)
    if (!hasErrorCode(error, 'ENOENT') || !existsSync(path)) throw error;
  }
  return parsed(data, id);
};

/** The record of the first id from `first` on that has one; null when there is none. */
export const getNextQuota = (path: string, type: QuotaType, first: number): QuotaRecord | null => {
  const data = Buffer.alloc(quotaBytes);
  try {
    control(path, commands.getNext, type, first, data);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
  return parsed(data, data.readUInt32LE(68));
};

export const setQuota = (
  path: string,
  type: QuotaType,
  id: number,
  limits: Pick<QuotaRecord, 'bytes' | 'softBytes' | 'inodes' | 'softInodes'>,
): void => {
  const data = Buffer.alloc(quotaBytes);
  const put = (at: number, value: number | null, unit: number) =>
    data.writeBigUInt64LE(BigInt(value === null ? 0 : Math.max(1, Math.ceil(value / unit))), at);
  put(0, limits.bytes, limitUnit);
  put(8, limits.softBytes, limitUnit);
  put(24, limits.inodes, 1);
  put(32, limits.softInodes, 1);
  data.writeUInt32LE(limitsAreValid, 64);
  control(path, commands.set, type, id, data);
};

/** Kinds of quota whose limits hold on the file system of a path; none where it knows no quotas. */
export const enforcedQuotas = (path: string): readonly QuotaType[] => {
  const data = Buffer.alloc(256);
  // FS_QSTATV_VERSION1
  data.writeInt8(1, 0);
  try {
    control(path, commands.state, 'user', 0, data);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (['ENOSYS', 'ESRCH', 'EINVAL', 'EOPNOTSUPP', 'ENOTTY', 'ENODEV', 'ENOTBLK'].includes(String(code)))
      return [];
    throw error;
  }
  const flags = data.readUInt16LE(2);
  // FS_QUOTA_UDQ_ENFD, GDQ_ENFD, PDQ_ENFD
  return (['user', 'group', 'project'] as const).filter(
    (type) => (flags & (2 << (2 * quotaTypes[type]))) !== 0,
  );
};

/** The project of a directory; 0 is none. @throws SystemError ENOTTY, EOPNOTSUPP where the file system has none */
export const projectOf = (path: string): number => {
  const data = Buffer.alloc(attributeBytes);
  withDirectory(path, (fd) => ioctl.now([fd, getAttributes, data], { path }));
  return data.readUInt32LE(12);
};

/** Makes a directory one of a project, with everything that is made in it from now on. */
export const setProject = (path: string, project: number): void => {
  withDirectory(path, (fd) => {
    const data = Buffer.alloc(attributeBytes);
    ioctl.now([fd, getAttributes, data], { path });
    data.writeUInt32LE((data.readUInt32LE(0) | inheritProject) >>> 0, 0);
    data.writeUInt32LE(project, 12);
    ioctl.now([fd, setAttributes, data], { path });
  });
};
