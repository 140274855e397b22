/**
 * What conmon needs to create a container and look after it. All paths absolute. The console's socket `attach` and the FIFO `ctl`
 * appear in the bundle; conmon binds them through /proc/self/fd, so that the bundle's path may be of any length.
 */
export interface ConmonCreate {
  /** Container id for runc and the name of the exit file. */
  readonly id: string;
  readonly bundle: string;
  /** Written by conmon: pid of the VE's init, and of conmon itself. */
  readonly pidFile: string;
  readonly conmonPidFile: string;
  /** Directory where the exit status appears as a file named `id`. */
  readonly exitDir: string;
  /** Console log in conmon's k8s-file format, appended to, and the size at which conmon starts it anew. No colon in the path. */
  readonly logPath: string;
  readonly logBytes: number;
  /** Extra variables for runc, which its hooks do not inherit. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with conmon's pid before it does anything, to put it and all it starts into a control group. */
  readonly beforeStart?: (pid: number) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** What conmon needs to bring a dumped container back and look after it from then on. */
export interface ConmonRestore extends Omit<ConmonCreate, 'signal'> {
  readonly images: string;
}

export interface ConmonCreated {
  /** Pid of the VE's init, created but waiting for `runc start`. */
  readonly pid: number;
  readonly conmonPid: number;
}

/** How a VE's init ended, as conmon noted it. */
export interface ConmonExit {
  readonly id: string;
  /** 0–255; a signal counts as 128 + its number: init that ends in SIGHUP (129) rebooted, in SIGINT (130) powered off. */
  readonly status: number;
  /** When the exit was noted. */
  readonly exitedAtMs: number;
}

export interface ConmonWatch {
  close(): void;
}

/** conmon, the supervisor of one container: owns its terminal, logs it and notes the exit, whatever becomes of the daemon. */
export interface Conmon {
  /**
   * Creates the container (always with a terminal, so that the VE has a console).
   * @throws CommandFailed with runc's own words in `stderr` when runc refuses
   */
  create(container: ConmonCreate): Promise<ConmonCreated>;
  /** Begins to restore a container, which goes on whatever becomes of this process. @throws CommandFailed */
  restore(container: ConmonRestore): Promise<{ readonly conmonPid: number }>;
  /**
   * Settles when a restore has come to its end: the container runs.
   * @throws CommandFailed with CRIU's own words in `stderr` when it failed
   */
  restored(
    container: Pick<ConmonRestore, 'bundle' | 'conmonPidFile'> & { readonly signal?: AbortSignal },
  ): Promise<ConmonCreated>;
  /** The noted exit; null while there is none. */
  readExit(exitDir: string, id: string): Promise<ConmonExit | null>;
  /** Forgets a noted exit; needed before the next create under the same id. */
  removeExit(exitDir: string, id: string): Promise<void>;
  /** Calls the listener for every exit in the directory: those already there at once, then each as it happens. */
  watchExits(exitDir: string, listener: (exit: ConmonExit) => void): Promise<ConmonWatch>;
}
