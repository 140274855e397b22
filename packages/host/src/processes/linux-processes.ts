import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDescriptor } from '../syscalls/path-calls.ts';
import { hasEnded, openProcess, sendSignal } from '../syscalls/pidfd-calls.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { type ProcessDetails, readProcessDetails } from './process-details.ts';
import { type ProcessStat, parseProcessStat } from './process-stat.ts';
import type { Processes, ProcessIdentity, WaitOptions } from './processes.ts';

/** USER_HZ: what the kernel shows clock ticks in, 100 on x86_64 and arm64 whatever the kernel's own HZ. */
const ticksPerSecond = 100;

const firstPollMs = 2;
const lastPollMs = 100;

/** procfs answers from memory, so that reading synchronously is cheaper than a trip to a worker thread. */
const readStat = (pid: number): ProcessStat | null => {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
};

const isDead = (stat: ProcessStat): boolean => stat.state === 'Z' || stat.state === 'X';

const isThatProcess = (identity: ProcessIdentity): boolean => {
  const stat = readStat(identity.pid);
  return stat !== null && stat.startTime === identity.startTime && !isDead(stat);
};

/** A descriptor of exactly that process: the start time is compared once the descriptor holds the pid. */
const openIdentity = (identity: ProcessIdentity): number | null => {
  try {
    return openProcess(identity.pid);
  } catch (error) {
    // EINVAL: the pid is a thread's by now
    if (hasErrorCode(error, 'ESRCH', 'EINVAL')) return null;
    throw error;
  }
};

/** Processes through /proc and pidfds (Linux 5.3). */
export class LinuxProcesses implements Processes {
  async identify(pid: number): Promise<ProcessIdentity | null> {
    const stat = readStat(pid);
    return stat === null || isDead(stat) ? null : { pid, startTime: stat.startTime };
  }

  async isAlive(identity: ProcessIdentity): Promise<boolean> {
    return isThatProcess(identity);
  }

  async signal(identity: ProcessIdentity, signalNumber: number): Promise<boolean> {
    const pidfd = openIdentity(identity);
    if (pidfd === null) return false;
    return await withDescriptor(pidfd, async (fd) => {
      if (!isThatProcess(identity)) return false;
      try {
        sendSignal(fd, signalNumber);
        return true;
      } catch (error) {
        if (hasErrorCode(error, 'ESRCH')) return false;
        throw error;
      }
    });
  }

  async heeds(identity: ProcessIdentity, signalNumber: number): Promise<boolean> {
    if (!isThatProcess(identity)) return false;
    try {
      const status = readFileSync(`/proc/${identity.pid}/status`, 'latin1');
      const masks = [...status.matchAll(/^Sig(?:Blk|Cgt):\t([0-9a-f]{16})$/gm)];
      return masks.some(([, mask]) => ((BigInt(`0x${mask}`) >> BigInt(signalNumber - 1)) & 1n) === 1n);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ESRCH')) return false;
      throw error;
    }
  }

  /**
   * Asks with a timer that backs off. Node cannot put a pidfd into its event loop, and a blocking poll would keep one of its
   * few worker threads per process waited for; asking costs two microseconds.
   */
  async exited(identity: ProcessIdentity, options: WaitOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const pidfd = openIdentity(identity);
    if (pidfd === null) return;
    await withDescriptor(pidfd, async (fd) => {
      if (!isThatProcess(identity)) return;
      for (let delay = firstPollMs; !hasEnded(fd); delay = Math.min(delay * 1.5, lastPollMs)) {
        try {
          await sleep(delay, undefined, { signal: options.signal });
        } catch (error) {
          options.signal?.throwIfAborted();
          throw error;
        }
      }
    });
  }

  async uptimeMs(identity: ProcessIdentity): Promise<number | null> {
    if (!isThatProcess(identity)) return null;
    const [secondsSinceBoot] = readFileSync('/proc/uptime', 'latin1').split(' ');
    const sinceBootMs = Number(secondsSinceBoot) * 1_000;
    return Math.max(0, Math.round(sinceBootMs - (identity.startTime * 1_000) / ticksPerSecond));
  }

  async details(pids: readonly number[]): Promise<readonly ProcessDetails[]> {
    return readProcessDetails(pids);
  }
}
