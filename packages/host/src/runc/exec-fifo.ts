import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode } from '../syscalls/system-error.ts';

/** Milliseconds between two looks: an init that was just created comes at once. */
const firstPause = 1;
const longestPause = 100;

/** Milliseconds that an init which went on gets to become the program of the VE. */
const becomingPatience = 1000;

export interface CreatedContainer {
  /** Absolute path of the FIFO at which it waits: `exec.fifo` in what runc keeps of it. */
  readonly fifo: string;
  /** Pid of its init. */
  readonly init: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets the init of a created container go on, until it is the program of the VE: it waits until somebody takes the byte that it writes
 * into a FIFO, and the container counts as created for as long as the FIFO is there (runc, libcontainer/container_linux.go, `exec`).
 * `runc start` does no more than this, and is a process of its own that takes 10 ms. Opened for both directions, so that nothing
 * blocks when no init comes. One that began before, under a daemon that did not get to remove the FIFO, is seen to run.
 * @returns whether it goes on; false when there is no FIFO, or init ended before
 * @throws the reason of `signal`, or an AbortError: an init that was on its way may have gone on then, or ended for want of a reader
 */
export async function letInitGo({ fifo, init, signal }: CreatedContainer): Promise<boolean> {
  signal?.throwIfAborted();
  const descriptor = openFifo(fifo);
  if (descriptor === null) return false;
  let takenAt: number | null = null;
  try {
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
      if (takenAt === null && takeByte(descriptor)) takenAt = performance.now();
      const begun = hasBegun(init);
      if (begun === null && takenAt === null) return false;
      if (begun !== false) break;
      if (takenAt !== null && performance.now() - takenAt > becomingPatience) break;
      await sleep(pause, undefined, { signal });
    }
  } finally {
    closeSync(descriptor);
  }
  await rm(fifo, { force: true });
  return true;
}

function openFifo(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function takeByte(descriptor: number): boolean {
  try {
    return readSync(descriptor, Buffer.alloc(1)) === 1;
  } catch (error) {
    if (hasErrorCode(error, 'EAGAIN')) return false;
    throw error;
  }
}

/** Whether an init is the VE's own program: runc's, which it is before, is on no file system of the VE. Null when it has ended. */
function hasBegun(init: number): boolean | null {
  try {
    return statSync(`/proc/${init}/exe`).dev === statSync(`/proc/${init}/root`).dev;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}
