import {
  type CallInput,
  type OperationId,
  type OperationTable,
  type ResultOf,
  requestOf,
} from '@insula/contract';
import type { ApiClient } from './api-client.ts';

/** Reads something: a call of kind `read` or `edit` and its result. */
export async function ask<Id extends OperationId>(
  client: ApiClient,
  id: Id,
  input: CallInput<Id> = {},
  signal?: AbortSignal,
): Promise<ResultOf<OperationTable[Id]>> {
  const { result } = await client.call<ResultOf<OperationTable[Id]>>(requestOf(id, input), { signal });
  return result;
}
