import { libraryCall } from './libc.ts';

const socketCall = libraryCall('socket', ['int', 'int', 'int']);
const connectCall = libraryCall('connect', ['int', 'void *', 'uint']);
const shutdownCall = libraryCall('shutdown', ['int', 'int']);
const sendCall = libraryCall('send', ['int', 'void *', 'size_t', 'int']);
const getsockoptCall = libraryCall('getsockopt', ['int', 'int', 'int', 'void *', 'void *']);

const familyUnix = 1;
const typeSeqpacket = 5;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const levelSocket = 1;
const optionPeerCredentials = 17;
const shutdownRead = 0;
const noSignal = 0x4000;

/** Bytes an AF_UNIX path may have: sun_path is 108 with its final zero (unix(7)). */
export const unixPathLimit = 107;

/** A connected, non-blocking SOCK_SEQPACKET socket; Node's net module knows streams only. @throws SystemError */
export const connectSeqpacket = (path: string): number => {
  const fd = socketCall.now([familyUnix, typeSeqpacket | nonBlocking | closeOnExec, 0], { path });
  const address = Buffer.alloc(110);
  address.writeUInt16LE(familyUnix, 0);
  address.write(path, 2, unixPathLimit);
  connectCall.now([fd, address, address.length], { path });
  return fd;
};

/** Tells the peer that nothing will be read here any more. */
export const stopReading = (fd: number): void => {
  shutdownCall.now([fd, shutdownRead]);
};

/** Sends one message. @throws SystemError EAGAIN when the peer's queue is full, EPIPE when it is gone */
export const sendMessage = (fd: number, bytes: Uint8Array): number =>
  sendCall.now([fd, bytes, bytes.length, noSignal]);

/** SO_PEERCRED: pid, uid and gid of the process that connected. */
export const peerCredentialsOf = (
  fd: number,
): { readonly pid: number; readonly uid: number; readonly gid: number } => {
  const credentials = Buffer.alloc(12);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(credentials.length);
  getsockoptCall.now([fd, levelSocket, optionPeerCredentials, credentials, length], {
    path: `descriptor ${fd}`,
  });
  return {
    pid: credentials.readInt32LE(0),
    uid: credentials.readUInt32LE(4),
    gid: credentials.readUInt32LE(8),
  };
};
