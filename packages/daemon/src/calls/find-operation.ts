import { fault } from '@insula/contract';
import type { OperationEngine, OperationRecord } from '@insula/operations';
import type { SqliteJournal } from '../store/sqlite-journal.ts';

interface Records {
  readonly engine: Pick<OperationEngine, 'find'>;
  readonly journal: Pick<SqliteJournal, 'findByPrefix'>;
}

/** The operation with this id, or the one whose id begins so. @throws CodedError operation_not_found */
export function findOperation({ engine, journal }: Records, id: string): OperationRecord {
  const exact = engine.find(id);
  if (exact !== undefined) return exact;
  const [only, other] = journal.findByPrefix(id);
  const found = only !== undefined && other === undefined ? engine.find(only) : undefined;
  if (found === undefined) throw fault('operation_not_found', { operation: id });
  return found;
}
