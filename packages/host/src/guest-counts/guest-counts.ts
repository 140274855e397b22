/** What the kernel keeps in no cgroup; null where this kernel does not tell. */
export interface GuestCounts {
  readonly openFiles: number;
  /** Signals queued for its users, and bytes of memory that its processes have locked. */
  readonly queuedSignals: number;
  readonly lockedBytes: number;
  readonly fileLocks: number;
  readonly terminals: number | null;
  readonly tcpSockets: number | null;
  readonly otherSockets: number | null;
  /** Tracked connections of its network namespace. */
  readonly connections: number | null;
}

/** Counts over the processes and namespaces of a VE, read from /proc: one pass, a few microseconds a process, no program started. */
export interface GuestCounter {
  /** `pids` are all processes of the VE, `init` the first of them; those that end meanwhile are left out. */
  count(init: number, pids: readonly number[]): Promise<GuestCounts>;
}
