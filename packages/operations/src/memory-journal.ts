import type { Journal, JournalQuery } from './journal.ts';
import { isFinished, type OperationRecord } from './record.ts';

/** A journal for tests: keeps copies, as a real one would, so that nobody shares its records. */
export class MemoryJournal implements Journal {
  readonly #records = new Map<string, string>();

  save(record: OperationRecord): void {
    this.#records.set(record.id, JSON.stringify(record));
  }

  find(id: string): OperationRecord | undefined {
    const text = this.#records.get(id);
    return text === undefined ? undefined : (JSON.parse(text) as OperationRecord);
  }

  list(query: JournalQuery): readonly OperationRecord[] {
    return this.#all()
      .filter((record) => query.state === undefined || record.state === query.state)
      .filter((record) => query.targetId === undefined || record.target.id === query.targetId)
      .filter((record) => query.before === undefined || record.id < query.before)
      .filter((record) => query.wanted?.(record) ?? true)
      .toReversed()
      .slice(0, query.limit);
  }

  unfinished(): readonly OperationRecord[] {
    return this.#all().filter((record) => !isFinished(record));
  }

  #all(): OperationRecord[] {
    return [...this.#records.values()].map((text) => JSON.parse(text) as OperationRecord);
  }
}
