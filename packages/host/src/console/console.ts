export interface ConsoleLogFollow {
  /** Bytes of the past to begin with. Default 0. */
  readonly tailBytes?: number;
  readonly signal: AbortSignal;
}

/** The terminal output of a VE, decoded from conmon's log to the bytes the VE wrote (terminal line ends and all). */
export interface ConsoleLogs {
  /** The last bytes written, as far as the log goes back; empty when there is no log. */
  readTail(logPath: string, options: { readonly tailBytes: number }): Promise<Buffer>;
  /**
   * What the VE wrote, as it comes, over log rotations; ends when the signal is aborted. A consumer slower than two rotations misses
   * what stood between.
   */
  follow(logPath: string, options: ConsoleLogFollow): AsyncIterable<Buffer>;
  /**
   * Keeps the first log file under a second name (a hard link), so that the boot messages outlive conmon, which drops a log that is
   * full. Makes an empty log when there is none yet: best called before Conmon.create, it then cannot come too late. An existing
   * second name is left alone.
   */
  preserveBootLog(logPath: string, bootLogPath: string): Promise<void>;
}

/** The writing side of a VE's console. */
export interface ConsoleInput {
  /** Sends keystrokes, in order. @throws SystemError EPIPE when the VE is gone */
  send(bytes: Uint8Array): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  close(): void;
}

export interface ConsoleEndpoint {
  /** The bundle that conmon was given: its socket and FIFO stand there. */
  readonly bundle: string;
}

export interface Consoles {
  /** Connects to the console that conmon holds. @throws SystemError ENOENT or ECONNREFUSED when there is none */
  open(endpoint: ConsoleEndpoint): Promise<ConsoleInput>;
  /**
   * Takes the console away from a VE's init as its controlling terminal, which runc makes it. Otherwise an interrupt typed there
   * goes to init (sysvinit reboots), and no login inside can get the terminal for itself.
   * @throws CommandFailed, SystemError
   */
  release(initPid: number): Promise<void>;
}
