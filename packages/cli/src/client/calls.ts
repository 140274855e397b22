import {
  type BodyOf,
  type OperationId,
  type OperationTable,
  operationTable,
  type ParamsOf,
  type QueryOf,
  type ResultOf,
} from '@insula/contract';
import type { CallRequest } from '../arguments/request.ts';
import type { ApiClient } from './api-client.ts';

interface Input<Id extends OperationId> {
  readonly params?: ParamsOf<OperationTable[Id]>;
  readonly query?: QueryOf<OperationTable[Id]>;
  readonly body?: BodyOf<OperationTable[Id]>;
}

/** A call of the operation table, checked against its schemas at compile time. */
export function requestOf<Id extends OperationId>(
  id: Id,
  { params, query, body }: Input<Id> = {},
): CallRequest {
  const texts = (record: object | undefined) =>
    Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, String(value)]));
  const request = { definition: operationTable[id], params: texts(params), query: texts(query) };
  return body === undefined ? request : { ...request, body };
}

/** Reads something: a call of kind `read` or `edit` and its result. */
export async function ask<Id extends OperationId>(
  client: ApiClient,
  id: Id,
  input: Input<Id> = {},
  signal?: AbortSignal,
): Promise<ResultOf<OperationTable[Id]>> {
  const { result } = await client.call<ResultOf<OperationTable[Id]>>(requestOf(id, input), { signal });
  return result;
}
