import { libraryCall, numberedCall } from './libc.ts';

const pidfdSendSignalCall = numberedCall('pidfd_send_signal', 424, ['int', 'int', 'void *', 'uint']);
const pidfdOpenCall = numberedCall('pidfd_open', 434, ['int', 'uint']);

/** A descriptor that stands for a process for good. @throws SystemError ESRCH */
export const openProcess = (pid: number): number => pidfdOpenCall.now([pid, 0], { path: `process ${pid}` });

/** @throws SystemError ESRCH, EINVAL */
export const sendSignal = (pidfd: number, signalNumber: number): void => {
  pidfdSendSignalCall.now([pidfd, signalNumber, null, 0], { path: `signal ${signalNumber}` });
};

const pollCall = libraryCall('poll', ['void *', 'ulong', 'int']);
const pollIn = 1;

/** Whether the process of a pidfd has ended (a zombie has). Answers at once. */
export const hasEnded = (pidfd: number): boolean => {
  const request = Buffer.alloc(8);
  request.writeInt32LE(pidfd, 0);
  request.writeInt16LE(pollIn, 4);
  return pollCall.now([request, 1, 0]) > 0;
};
