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

/** The OCI runtime. Containers are created by conmon (see Conmon), everything else goes through here. */
export interface Runc {
  /** Releases a created container's init. @throws CommandFailed */
  start(id: string, options?: RuncOptions): Promise<void>;
  /** Forgets a container; `force` kills it first. A container runc does not know is fine. */
  delete(id: string, options?: RuncOptions & { readonly force?: boolean }): Promise<void>;
  /** Signals init, or with `all` every process. @throws CommandFailed when it does not run */
  kill(id: string, signalNumber: number, options?: RuncOptions & { readonly all?: boolean }): Promise<void>;
  pause(id: string, options?: RuncOptions): Promise<void>;
  resume(id: string, options?: RuncOptions): Promise<void>;
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
}
