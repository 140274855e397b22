import { libraryCall } from './libc.ts';

const eventfdCall = libraryCall('eventfd', ['uint', 'int']);
const epollCreateCall = libraryCall('epoll_create1', ['int']);
const epollControlCall = libraryCall('epoll_ctl', ['int', 'int', 'int', 'void *']);
const epollWaitCall = libraryCall('epoll_wait', ['int', 'void *', 'int', 'int']);

const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;
const controlAdd = 1;
const readable = 1;

/** struct epoll_event is packed on x86_64 and aligned everywhere else. */
const eventSize = process.arch === 'x64' ? 12 : 16;
const dataOffset = process.arch === 'x64' ? 4 : 8;
const eventsAtOnce = 64;

/** A counter that others raise (eventfd(2)); reading it makes it zero. */
export const makeEventDescriptor = (): number => eventfdCall.now([0, closeOnExec | nonBlocking]);

export const makeEpoll = (): number => epollCreateCall.now([closeOnExec]);

/** Adds a descriptor to those that `readyDescriptors` tells of; closing it takes it out again. */
export const watchDescriptor = (epoll: number, fd: number): void => {
  const event = Buffer.alloc(eventSize);
  event.writeUInt32LE(readable, 0);
  event.writeUInt32LE(fd, dataOffset);
  epollControlCall.now([epoll, controlAdd, fd, event], { path: `descriptor ${fd}` });
};

/** Descriptors that something can be read from now, at most a few dozen. Answers at once. */
export const readyDescriptors = (epoll: number): readonly number[] => {
  const events = Buffer.alloc(eventSize * eventsAtOnce);
  const count = epollWaitCall.now([epoll, events, eventsAtOnce, 0]);
  return Array.from({ length: count }, (_, index) => events.readUInt32LE(index * eventSize + dataOffset));
};
