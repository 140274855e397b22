import { readSync } from 'node:fs';
import { libraryCall, numberedCall } from './libc.ts';
import { currentDirectory, openCloseOnExec } from './path-calls.ts';

const openTreeCall = numberedCall('open_tree', 428, ['int', 'str', 'uint']);
const moveMountCall = numberedCall('move_mount', 429, ['int', 'str', 'int', 'str', 'uint']);
const fsopenCall = numberedCall('fsopen', 430, ['str', 'uint']);
const fsconfigCall = numberedCall('fsconfig', 431, ['int', 'uint', 'str', 'str', 'int']);
const fspickCall = numberedCall('fspick', 433, ['int', 'str', 'uint']);
const fsmountCall = numberedCall('fsmount', 432, ['int', 'uint', 'uint']);
const mountSetattrCall = numberedCall('mount_setattr', 442, ['int', 'str', 'uint', 'void *', 'size_t']);
const umountCall = libraryCall('umount2', ['str', 'int']);
const mountCall = libraryCall('mount', ['str', 'str', 'str', 'ulong', 'str']);

const atEmptyPath = 0x1000;
const atRecursive = 0x8000;
const openTreeClone = 1;
const moveFromEmptyPath = 4;
const fsconfigSetFlag = 0;
const fsconfigSetString = 1;
const fsconfigSetFd = 5;
const fsconfigCreate = 6;
const fsconfigReconfigure = 7;

/** include/uapi/linux/mount.h */
export const mountAttribute = {
  readOnly: 0x1,
  noSuid: 0x2,
  noDev: 0x4,
  noExec: 0x8,
  idmap: 0x100000,
} as const;

const propagationPrivate = 1 << 18;

/** umount2(2) flags */
export const unmountFlag = { detach: 2, noFollow: 8 } as const;

/** A copy of the mount at a path, attached nowhere. Linux 5.2. */
export const cloneMount = async (
  path: string,
  options: { readonly recursive?: boolean } = {},
): Promise<number> =>
  await openTreeCall.later(
    [
      currentDirectory,
      path,
      openTreeClone | openCloseOnExec | (options.recursive === true ? atRecursive : 0),
    ],
    { path },
  );

export interface MountAttributes {
  readonly set?: number;
  /** Descriptor of the user namespace whose maps the mount shows ids by; `set` must have mountAttribute.idmap. */
  readonly userNamespace?: number;
  readonly makePrivate?: boolean;
  readonly recursive?: boolean;
}

/** Changes a mount held by descriptor. Linux 5.12. The path only serves the error. */
export const setMountAttributes = async (
  fd: number,
  attributes: MountAttributes,
  path: string,
): Promise<void> => {
  const bytes = Buffer.alloc(32);
  bytes.writeBigUInt64LE(BigInt(attributes.set ?? 0), 0);
  bytes.writeBigUInt64LE(BigInt(attributes.makePrivate === true ? propagationPrivate : 0), 16);
  bytes.writeBigUInt64LE(BigInt(attributes.userNamespace ?? 0), 24);
  const flags = atEmptyPath | (attributes.recursive === true ? atRecursive : 0);
  await mountSetattrCall.later([fd, '', flags, bytes, bytes.length], { path });
};

/** Makes an attached mount private, so that what is mounted below it stays in this namespace. */
export const makeMountPrivate = async (path: string): Promise<void> => {
  const bytes = Buffer.alloc(32);
  bytes.writeBigUInt64LE(BigInt(propagationPrivate), 16);
  await mountSetattrCall.later([currentDirectory, path, 0, bytes, bytes.length], { path });
};

/** Attaches a detached mount at a path, on top of what is mounted there. */
export const attachMount = async (fd: number, target: string): Promise<void> => {
  await moveMountCall.later([fd, '', currentDirectory, target, moveFromEmptyPath], { path: target });
};

/** A file system about to be configured. */
export const openFileSystem = (type: string): number => fsopenCall.now([type, 1], { path: type });

export const configureString = (fd: number, key: string, value: string): void => {
  fsconfigCall.now([fd, fsconfigSetString, key, value, 0], { path: `${key}=${value}` });
};

export const configureFlag = (fd: number, key: string): void => {
  fsconfigCall.now([fd, fsconfigSetFlag, key, null, 0], { path: key });
};

/** Gives a parameter by an open descriptor. Linux 6.13 for overlay layers. */
export const configureDescriptor = (fd: number, key: string, value: number): void => {
  fsconfigCall.now([fd, fsconfigSetFd, key, null, value], { path: key });
};

export const createFileSystem = async (fd: number, path: string): Promise<void> => {
  await fsconfigCall.later([fd, fsconfigCreate, null, null, 0], { path });
};

/** The file system whose root a directory's descriptor is, to be configured anew. Linux 5.2. */
export const pickFileSystem = (directoryFd: number): number => {
  const closeOnExec = 1;
  const emptyPath = 8;
  return fspickCall.now([directoryFd, '', closeOnExec | emptyPath]);
};

export const reconfigureFileSystem = async (fd: number, path: string): Promise<void> => {
  await fsconfigCall.later([fd, fsconfigReconfigure, null, null, 0], { path });
};

/** What the kernel has to say about the last failure on a file system context; empty when nothing. */
export const fileSystemLog = (fd: number): string => {
  const message = Buffer.alloc(1_024);
  const lines: string[] = [];
  try {
    // one message a read, each with its kind ('e ', 'w ', 'i ') in front; ENODATA ends them
    for (;;) lines.push(message.toString('utf8', 2, readSync(fd, message)).trimEnd());
  } catch {
    return lines.join('; ');
  }
};

/** A detached mount of a configured file system. */
export const mountFileSystem = async (fd: number, attributes: number): Promise<number> =>
  await fsmountCall.later([fd, 1, attributes]);

/** mount(2), for kernels whose new interface lacks what we need. */
export const mountClassic = async (mount: {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly options: string;
}): Promise<void> => {
  await mountCall.later([mount.source, mount.target, mount.type, 0, mount.options], { path: mount.target });
};

export const unmountPath = async (path: string, flags: number): Promise<void> => {
  await umountCall.later([path, flags], { path });
};
