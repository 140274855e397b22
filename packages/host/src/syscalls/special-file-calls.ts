import { libraryCall } from './libc.ts';

const mknodCall = libraryCall('mknod', ['void *', 'uint', 'uint64']);

/** S_IFMT: include/uapi/linux/stat.h */
const formats = { fifo: 0o010000, character: 0o020000, block: 0o060000, socket: 0o140000 } as const;

/** Makes a name that is neither file, directory nor link. Device numbers are encoded as `stat` shows them. @throws SystemError */
export const makeSpecial = (path: Buffer, kind: keyof typeof formats, device: number): void => {
  const terminated = Buffer.concat([path, Buffer.of(0)]);
  mknodCall.now([terminated, formats[kind] + 0o600, device], { path: path.toString() });
};
