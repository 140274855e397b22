export interface TerminalSpawn {
  readonly argv: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface TerminalExit {
  readonly exitCode: number;
  /** Number of the signal that ended it; 0 for none. */
  readonly signalNumber: number;
}

/** A process on a pseudo-terminal of its own. After its end nothing here does anything. */
export interface Terminal {
  readonly pid: number;
  readonly exited: Promise<TerminalExit>;
  onData(listener: (bytes: Buffer) => void): void;
  write(bytes: Uint8Array | string): void;
  resize(columns: number, rows: number): void;
  /** SIGHUP as a closed terminal would send, or the given one. */
  kill(signal?: string): void;
  /** Stops and continues reading: the process blocks when the terminal's buffer is full. */
  pause(): void;
  resume(): void;
}

export interface Terminals {
  /** @throws CommandFailed when it cannot be started */
  spawn(options: TerminalSpawn): Terminal;
}
