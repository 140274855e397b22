import { fault, type OperationId, operationTable } from '@insula/contract';
import type { VeEntry } from './registry.ts';
import { stateOf } from './runtime.ts';

/** The entry, if its state is one that the call takes. @throws CodedError wrong_state */
export function allowed(operation: OperationId, entry: VeEntry): VeEntry {
  const row = operationTable[operation];
  const state = stateOf(entry.runtime);
  if (!('states' in row) || (row.states as readonly string[]).includes(state)) return entry;
  throw fault('wrong_state', {
    ve: entry.spec.name,
    state,
    operation: operation.replace(/^ve\./, ''),
    allowed: (row.states as readonly string[]).join(' or '),
  });
}
