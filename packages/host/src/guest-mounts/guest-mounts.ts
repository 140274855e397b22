/** A mount that one process sees. */
export interface GuestMount {
  readonly target: string;
  readonly type: string;
  /** `MAJOR:MINOR` of its file system. */
  readonly device: string;
}

export interface Rebinding {
  /** A file or folder of the host. */
  readonly source: string;
  /** Where it is mounted inside, over nothing but what is mounted there now. */
  readonly target: string;
}

interface Options {
  readonly signal?: AbortSignal;
}

/** Mounts inside a VE, seen and replaced from the host. */
export interface GuestMounts {
  /** What is mounted where `init` lives, in mount order; empty when it has gone. */
  list(init: number): Promise<readonly GuestMount[]>;
  /**
   * Takes mounts away, and mounts files of the host in their places, read-only. The caller has seen that they are there.
   * @throws CommandFailed naming the first that the kernel refused; those before it are in place
   */
  rebind(init: number, rebindings: readonly Rebinding[], options?: Options): Promise<void>;
}
