import {
  type CallInput,
  CodedError,
  fault,
  type Operation,
  type OperationDefinition,
  type OperationId,
  type OperationTable,
  parseAnswer,
  problemOf,
  type ResultOf,
  requestOf,
  requestPath,
} from '@insula/contract';

/** What a call answers at once: a `change` is an operation from then on. */
export type AnswerOf<Id extends OperationId> = OperationTable[Id]['kind'] extends 'change'
  ? Operation
  : ResultOf<OperationTable[Id]>;

/** Marks requests as those of this page: no other site can send it. */
export const pageHeaders = { 'insula-request': '1' } as const;

const forgotten = new Set<() => void>();

/** Calls back when the node says that it does not know, or no longer knows, who asks. */
export function onForgotten(listener: () => void): () => void {
  forgotten.add(listener);
  return () => forgotten.delete(listener);
}

/**
 * Makes a call of the operation table.
 * @throws CodedError what the daemon answered, or daemon_unavailable; AbortError
 */
export async function call<Id extends OperationId>(
  id: Id,
  input: CallInput<Id> = {},
  signal?: AbortSignal,
): Promise<AnswerOf<Id>> {
  const response = await open(id, input, { ...(signal ? { signal } : {}) });
  const text = await response.text();
  return (text === '' ? null : parseAnswer(text)) as AnswerOf<Id>;
}

/** Makes a call whose answer is read by the caller. @throws as `call` */
export async function open<Id extends OperationId>(
  id: Id,
  input: CallInput<Id>,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  const request = requestOf(id, input);
  const { method, scope }: OperationDefinition = request.definition;
  const hasBody = request.body !== undefined;
  const response = await fetch(requestPath(request), {
    method,
    credentials: 'same-origin',
    headers: {
      ...pageHeaders,
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...options.headers,
    },
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw fault('daemon_unavailable', { socket: location.host, problem: 'no answer' }, { cause: error });
  });
  if (response.ok) return response;
  const answer = await response.text();
  // a failed login is no lost session
  throw scope === 'open' ? problemOf(answer, response.status) : refusalOf(answer, response.status);
}

/** What an answer that is no success says; tells those who listen when it says that nobody is logged in. */
export function refusalOf(answer: string, status: number): CodedError {
  const error = problemOf(answer, status);
  if (error.code === 'unauthenticated') for (const listener of forgotten) listener();
  return error;
}

/** Whether an error says that the node is away for the moment. */
export function isAway(error: unknown): boolean {
  return error instanceof CodedError && ['daemon_unavailable', 'shutting_down'].includes(error.code);
}
