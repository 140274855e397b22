import type { BodyOf, OperationDefinition, ParamsOf, QueryOf } from '../operations/definition.ts';
import { type OperationId, type OperationTable, operationTable } from '../operations/table.ts';

/** A call of the API, ready to be sent. */
export interface CallRequest {
  readonly definition: OperationDefinition;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a call of the operation table takes. */
export interface CallInput<Id extends OperationId> {
  readonly params?: ParamsOf<OperationTable[Id]>;
  readonly query?: QueryOf<OperationTable[Id]>;
  readonly body?: BodyOf<OperationTable[Id]>;
}

/** A call of the operation table, checked against its schemas at compile time. */
export function requestOf<Id extends OperationId>(
  id: Id,
  { params, query, body }: CallInput<Id> = {},
): CallRequest {
  const texts = (record: object | undefined) =>
    Object.fromEntries(
      Object.entries(record ?? {}).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, String(value)]],
      ),
    );
  const request = { definition: operationTable[id], params: texts(params), query: texts(query) };
  return body === undefined ? request : { ...request, body };
}

/** The path of a call with its parameters and query filled in. */
export function requestPath({ definition, params, query }: Omit<CallRequest, 'body'>): string {
  const path = definition.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}
