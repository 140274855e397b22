import { readFileSync } from 'node:fs';
import { hasErrorCode } from '../syscalls/system-error.ts';
import { parseProcessStat } from './process-stat.ts';

/** What a process is and uses. Names and command lines are what the process says: hostile text. */
export interface ProcessDetails {
  readonly pid: number;
  /** Its pid one pid namespace further in: of a process of a VE, that inside; of one of the host, that on the host. */
  readonly innerPid: number;
  /** It is in a pid namespace below that of the host. */
  readonly isInside: boolean;
  /** Pid of its parent on the host. */
  readonly parent: number;
  /** Effective user on the host. */
  readonly uid: number;
  /** One letter of proc_pid_stat(5): R, S, D, Z, T, … */
  readonly state: string;
  readonly threads: number;
  /** Since it began. Microseconds. */
  readonly cpu: number;
  readonly residentBytes: number;
  /** Clock ticks (1/100 s) from boot to its start. */
  readonly startTime: number;
  /** Its arguments; of kernel threads and zombies, which have none, their name in brackets. */
  readonly commandLine: string;
}

/** Bytes of a command line that are told. */
const longestCommandLine = 4096;

const microsecondsPerTick = 10_000;

/** Fields of proc_pid_stat(5) counted from behind the command: 14 (utime) and 15 (stime). */
const userTimeField = 11;
const systemTimeField = 12;

/** Details of a process from the texts of its files in /proc; null for texts that are none. */
export const parseProcessDetails = (stat: string, status: string, cmdline: string): ProcessDetails | null => {
  const known = parseProcessStat(stat);
  if (known === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const { pid, command, state, startTime } = known;
  const pids = field('NSpid').split(/\s+/).map(Number);
  const line = cmdline.slice(0, longestCommandLine).replace(/\0+$/, '').replaceAll('\0', ' ');
  return {
    pid,
    // a VE may have pid namespaces of its own below
    innerPid: pids[1] ?? pid,
    isInside: pids.length > 1,
    parent: Number(field('PPid')),
    // real, effective, saved, of file systems
    uid: Number(field('Uid').split(/\s+/)[1]),
    state,
    threads: Number(field('Threads')),
    cpu: (Number(fields[userTimeField]) + Number(fields[systemTimeField])) * microsecondsPerTick,
    residentBytes: Number(/^(\d+) kB$/.exec(field('VmRSS'))?.[1] ?? 0) * 1024,
    startTime,
    commandLine: line === '' ? `[${command}]` : line,
  };
};

/** Details of processes that are still there. procfs answers from memory: three reads cost some thirty microseconds. */
export const readProcessDetails = (pids: readonly number[]): readonly ProcessDetails[] =>
  pids.flatMap((pid) => {
    try {
      const [stat = '', status = '', cmdline = ''] = ['stat', 'status', 'cmdline'].map((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'utf8'),
      );
      return parseProcessDetails(stat, status, cmdline) ?? [];
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ESRCH')) return [];
      throw error;
    }
  });
