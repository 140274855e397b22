export interface TrafficControlOptions {
  readonly signal?: AbortSignal;
}

/** Queues of network devices, through tc(8). */
export interface TrafficControl {
  /** Runs `tc -batch` lines in order; stops at the first that fails. @throws CommandFailed naming the line */
  batch(lines: readonly string[], options?: TrafficControlOptions): Promise<void>;
}
