export interface NftablesOptions {
  readonly signal?: AbortSignal;
}

/** A table's address, such as {family: 'inet', name: 'insula'}. */
export interface NftTable {
  readonly family: 'inet' | 'ip' | 'ip6' | 'bridge' | 'netdev' | 'arp';
  readonly name: string;
}

/** The kernel's packet filter. */
export interface Nftables {
  /** Applies a ruleset text as one transaction: all or nothing. @throws CommandFailed with nft's message and position */
  apply(ruleset: string, options?: NftablesOptions): Promise<void>;
  /** Removes a table; a missing one is fine. */
  deleteTable(table: NftTable, options?: NftablesOptions): Promise<void>;
  /** Listens for tables that are deleted until it is closed. */
  watchDeletions(onDeletion: () => void): Promise<{ close(): void }>;
  /** The table as text with handles left out; null when there is none. */
  listTable(table: NftTable, options?: NftablesOptions): Promise<string | null>;
  /** The table as nft's JSON objects (counters, sets…); null when there is none. */
  listTableJson(table: NftTable, options?: NftablesOptions): Promise<readonly unknown[] | null>;
}
