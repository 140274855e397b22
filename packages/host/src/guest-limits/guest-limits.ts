import type { ProcessLimitName } from '../syscalls/limit-calls.ts';

export type { ProcessLimitName } from '../syscalls/limit-calls.ts';

interface Options {
  readonly signal?: AbortSignal;
}

/** Limits that a VE's own namespaces and processes carry, set from the host. `init` is the pid of its first process. */
export interface GuestLimits {
  /**
   * Writes settings (`kernel.shmall`, `user.max_inotify_watches`, …) of the ipc and user namespaces of a process, as root of that
   * user namespace. @throws CommandFailed when the kernel refuses one
   */
  writeSettings(init: number, settings: Readonly<Record<string, string>>, options?: Options): Promise<void>;
  /** Whether this process may raise the hard limits of others: else what is lowered stays low. */
  mayRaise(): Promise<boolean>;
  /** Sets hard limits of processes (null: none); those that ended meanwhile are passed over. */
  limitProcesses(
    pids: readonly number[],
    limits: Readonly<Partial<Record<ProcessLimitName, number | null>>>,
  ): Promise<void>;
  /** Gives processes that have one oom_score_adj another; those with a score of their own, or that ended, are passed over. */
  changeOomScores(pids: readonly number[], from: number, to: number): Promise<void>;
  /** The most pseudo terminals of what is mounted on its /dev/pts. @throws SystemError when that is no devpts */
  limitTerminals(init: number, most: number, idBase: number): Promise<void>;
}
