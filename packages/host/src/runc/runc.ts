export type RuncStatus = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

export interface RuncState {
  readonly id: string;
  readonly status: RuncStatus;
  /** Pid of the VE's init on the host; 0 when stopped. */
  readonly pid: number;
  readonly bundle: string;
}

export interface RuncOptions {
  readonly signal?: AbortSignal;
}

export interface RuncCheckpoint {
  /** Existing directories, absolute: for the images, and for CRIU's log. */
  readonly images: string;
  readonly work: string;
  /** Told the pid at once: the dump goes on when we end, and whoever comes after us must be able to wait for it. */
  readonly started: (pid: number) => Promise<void>;
  /** Where the images are that these go on from, relative to them: of memory, only what has changed since is written. */
  readonly parent?: string;
  /** Writes memory alone, of processes that run and go on, for a later dump to go on from. */
  readonly ahead?: boolean;
}

/** The OCI runtime. Containers are created by conmon (see Conmon), everything else goes through here. */
export interface Runc {
  /** Lets a created container's init, of this pid, run the program of the VE; no signal reaches runc in its place after. @throws CommandFailed */
  start(id: string, init: number, options?: RuncOptions): Promise<void>;
  /** Forgets a container; `force` kills it first. A container runc does not know is fine. */
  delete(id: string, options?: RuncOptions & { readonly force?: boolean }): Promise<void>;
  /** Signals init, or with `all` every process. @throws CommandFailed when it does not run */
  kill(id: string, signalNumber: number, options?: RuncOptions & { readonly all?: boolean }): Promise<void>;
  pause(id: string, options?: RuncOptions): Promise<void>;
  /**
   * Writes the state of all processes into files. They stay as they are: those of a paused container paused.
   * @throws CommandFailed with the first errors of CRIU's log
   */
  checkpoint(id: string, checkpoint: RuncCheckpoint): Promise<void>;
  /** Removes what a dump notes beside a container's state, for one that goes on: only a restore by runc would remove it. */
  forgetCheckpoint(id: string): Promise<void>;
  resume(id: string, options?: RuncOptions): Promise<void>;
  /** To be called once for a container that was restored, before commands are run in it. */
  enterTime(id: string, init: number): Promise<void>;
  /** What runc knows of the container; null when it knows nothing. */
  state(id: string, options?: RuncOptions): Promise<RuncState | null>;
  /** Ids runc has state of. */
  list(options?: RuncOptions): Promise<readonly string[]>;
  /** The argv that runs one more process in the VE; `processFile` holds an OCI process object. */
  execArgv(exec: RuncExec): readonly string[];
}

export interface RuncExec {
  readonly id: string;
  readonly processFile: string;
  readonly pidFile?: string;
  /** The process's terminal is the one runc itself runs on: start the argv with Terminals. */
  readonly tty?: boolean;
  readonly detach?: boolean;
  /** Init of the VE, whose time namespace is entered, too, where it has one. */
  readonly init?: number | null;
}
