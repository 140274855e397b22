import type { CallInput, OperationId, OperationTable } from '@insula/contract';
import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { type AnswerOf, call, isAway } from './client.ts';

/** Calls that only read. */
export type ReadId = {
  [Id in OperationId]: OperationTable[Id]['kind'] extends 'read' ? Id : never;
}[OperationId];

/** Everything shown is current for as long as events arrive, so nothing is read again by time. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => isAway(error) && failures < 3,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 3000),
    },
  },
});

/** A read as a query; its key is the id of the call and what it was given. */
export function readOf<Id extends ReadId>(id: Id, input: CallInput<Id> = {}) {
  return queryOptions<AnswerOf<Id>>({
    queryKey: [id, input],
    queryFn: async ({ signal }) => await call(id, input, signal),
  });
}

export function useRead<Id extends ReadId>(
  id: Id,
  input: CallInput<Id> = {},
  options: { readonly enabled?: boolean } = {},
) {
  return useQuery({ ...readOf(id, input), ...options });
}

/** Reads of these calls are made again where they are shown, and whenever they are shown next. */
export function outdated(...ids: readonly ReadId[]): void {
  for (const id of ids) void queryClient.invalidateQueries({ queryKey: [id] });
}

/** As `useRead`, for what events do not tell everybody of: it is read again, too, whenever it comes into sight. */
export function useFreshRead<Id extends ReadId>(
  id: Id,
  input: CallInput<Id> = {},
  options: { readonly enabled?: boolean } = {},
) {
  return useQuery({ ...readOf(id, input), staleTime: 0, refetchOnWindowFocus: true, ...options });
}
