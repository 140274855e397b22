/** A name server that runs. */
export interface RunningDnsmasq {
  /** Has it read its files of hosts again. */
  reload(): Promise<void>;
  close(): void;
}

/** dnsmasq(8). */
export interface Dnsmasq {
  /**
   * Runs dnsmasq with these options until it is closed, as nobody, and starts it again whenever it ends. It ends with this process
   * however that ends.
   * @throws CommandFailed when it cannot be started
   */
  start(options: readonly string[], listener: { onEnd(problem: string): void }): Promise<RunningDnsmasq>;
}
