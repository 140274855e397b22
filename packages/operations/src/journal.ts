import type { OperationState } from '@insula/contract';
import type { OperationRecord } from './record.ts';

export interface JournalQuery {
  readonly state?: OperationState;
  readonly targetId?: string;
  /** Only those whose id comes before this one: ids grow with time. */
  readonly before?: string;
  /** Only these; they count for the limit. */
  readonly wanted?: (record: OperationRecord) => boolean;
  /** The most records wanted. */
  readonly limit: number;
}

/**
 * Where operations are written down before and while they are done. Calls are synchronous: what `save` returned from is there
 * for the next daemon, whatever happens to this one.
 */
export interface Journal {
  /** Writes the whole record. `durable` also survives a loss of power: used once, before the first step. */
  save(record: OperationRecord, options?: { readonly durable?: boolean }): void;
  find(id: string): OperationRecord | undefined;
  /** Newest first. */
  list(query: JournalQuery): readonly OperationRecord[];
  /** Those that an earlier daemon left behind, oldest first. */
  unfinished(): readonly OperationRecord[];
}
