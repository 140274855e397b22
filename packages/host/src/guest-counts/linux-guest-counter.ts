import { constants, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { descriptorPath, openBelow, openPath, resolve, withDescriptor } from '../syscalls/path-calls.ts';
import { countLocks, parseConnections, parseSockets, parseStatus, sumStatus } from './count-texts.ts';
import type { GuestCounter, GuestCounts } from './guest-counts.ts';

/** By /proc, which answers from memory: read synchronously it costs a tenth of the trips to a worker thread. */
export class LinuxGuestCounter implements GuestCounter {
  async count(init: number, pids: readonly number[]): Promise<GuestCounts> {
    const status = pids.flatMap((pid) => {
      const text = readOrNull(`/proc/${pid}/status`);
      return text === null ? [] : [parseStatus(text)];
    });
    const sockets = parseSockets(
      readOrNull(`/proc/${init}/net/sockstat`),
      readOrNull(`/proc/${init}/net/sockstat6`),
    );
    return {
      ...sumStatus(status),
      openFiles: pids.reduce((sum, pid) => sum + openFilesOf(pid), 0),
      fileLocks: countLocks(readOrNull('/proc/locks') ?? '', new Set(pids)),
      terminals: await terminalsOf(init),
      tcpSockets: sockets?.tcp ?? null,
      otherSockets: sockets?.other ?? null,
      connections: parseConnections(readOrNull(`/proc/${init}/net/stat/nf_conntrack`)),
    };
  }
}

const readOrNull = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // ended meanwhile, or a kernel without it
    return null;
  }
};

/** Since Linux 6.2 the size of the folder is the number of open files (fs/proc/fd.c). */
const openFilesOf = (pid: number): number => {
  const path = `/proc/${pid}/fd`;
  try {
    return statSync(path).size || readdirSync(path).length;
  } catch {
    return 0;
  }
};

/** What stands on its /dev/pts, whose path belongs to the VE. */
const terminalsOf = async (init: number): Promise<number | null> => {
  try {
    return await withDescriptor(
      openSync(`/proc/${init}/root`, openPath | constants.O_DIRECTORY),
      async (root) => {
        const how = {
          flags: openPath | constants.O_DIRECTORY,
          resolve: resolve.inRoot | resolve.noMagicLinks,
        };
        return await withDescriptor(
          openBelow(root, '/dev/pts', how),
          async (directory) =>
            readdirSync(descriptorPath(directory)).filter((name) => /^\d+$/.test(name)).length,
        );
      },
    );
  } catch {
    return null;
  }
};
