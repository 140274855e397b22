import koffi from 'koffi';
import { libraryCall } from './libc.ts';
import { hasErrorCode, SystemError } from './system-error.ts';

const socketCall = libraryCall('socket', ['int', 'int', 'int']);
const bindCall = libraryCall('bind', ['int', 'void *', 'uint']);
const sendCall = libraryCall('send', ['int', 'void *', 'size_t', 'int']);
const receiveCall = libraryCall('recv', ['int', 'void *', 'size_t', 'int']);
const indexCall = koffi.load('libc.so.6').func('if_nametoindex', 'uint', ['str']) as (name: string) => number;

const familyPacket = 17;
const typeRaw = 3;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const noWait = 0x40;
const frameBytes = 2048;

/** The index of a device of this network namespace. @throws SystemError ENODEV */
export const deviceIndex = (name: string): number => {
  const index = indexCall(name);
  if (index === 0)
    throw new SystemError({ code: 'ENODEV', errno: 19, syscall: 'if_nametoindex', path: name });
  return index;
};

/** A socket for whole frames of one type on one device. @throws SystemError */
export const openPacketSocket = (index: number, etherType: number, device: string): number => {
  const fd = socketCall.now([familyPacket, typeRaw | nonBlocking | closeOnExec, 0], { path: device });
  // struct sockaddr_ll: family, protocol in network order, index, and twelve bytes that do not matter here
  const address = Buffer.alloc(20);
  address.writeUInt16LE(familyPacket, 0);
  address.writeUInt16BE(etherType, 2);
  address.writeInt32LE(index, 4);
  bindCall.now([fd, address, address.length], { path: device });
  return fd;
};

/** @throws SystemError ENETDOWN */
export const sendFrame = (fd: number, frame: Uint8Array, device: string): void => {
  sendCall.now([fd, frame, frame.length, 0], { path: device });
};

/** The next frame that came in; null when there is none. */
export const receiveFrame = (fd: number): Buffer | null => {
  const buffer = Buffer.alloc(frameBytes);
  try {
    return buffer.subarray(0, receiveCall.now([fd, buffer, buffer.length, noWait]));
  } catch (error) {
    if (hasErrorCode(error, 'EAGAIN', 'EINTR')) return null;
    throw error;
  }
};
