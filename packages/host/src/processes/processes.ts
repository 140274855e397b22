import type { ProcessDetails } from './process-details.ts';

/** A process for good: the kernel reuses pids, but never with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks (1/100 s) from boot to the process's start: field 22 of /proc/PID/stat. */
  readonly startTime: number;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
}

/** Processes of the host, addressed without the race of pid reuse. */
export interface Processes {
  /** The identity of the process that has this pid now; null when there is none or it is a zombie. */
  identify(pid: number): Promise<ProcessIdentity | null>;
  /** Whether that very process still runs; a zombie does not. */
  isAlive(identity: ProcessIdentity): Promise<boolean>;
  /**
   * Sends a signal by number (real-time signals too) through a pidfd; false when the process is gone.
   * @throws SystemError EINVAL for a number the kernel does not know
   */
  signal(identity: ProcessIdentity, signalNumber: number): Promise<boolean>;
  /**
   * Whether the process catches a signal, or keeps it back to read it. What an init does neither with is lost to it
   * (pid_namespaces(7)). False when it is gone.
   */
  heeds(identity: ProcessIdentity, signalNumber: number): Promise<boolean>;
  /**
   * Settles when the process has ended.
   * @throws the abort reason when `signal` is aborted first
   */
  exited(identity: ProcessIdentity, options?: WaitOptions): Promise<void>;
  /** Milliseconds since the process started (resolution 10 ms, time asleep in suspend included); null when gone. */
  uptimeMs(identity: ProcessIdentity): Promise<number | null>;
  /** What processes are and use; those that are gone are left out. */
  details(pids: readonly number[]): Promise<readonly ProcessDetails[]>;
}
