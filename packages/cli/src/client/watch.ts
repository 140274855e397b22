import { setTimeout as sleep } from 'node:timers/promises';
import {
  CodedError,
  fault,
  type NodeEvent,
  type Operation,
  requestOf,
  ServerSentEventParser,
} from '@insula/contract';
import type { ApiClient } from './api-client.ts';

export interface WatchOptions {
  readonly operation?: string | undefined;
  readonly ve?: string | undefined;
  readonly signal: AbortSignal;
  /** How long insulad may be away (it is restarting, say) before that is an error. */
  readonly patienceMs?: number;
  /** Told when the connection was lost and is tried again. */
  readonly onLost?: () => void;
}

const firstPauseMs = 50;
const longestPauseMs = 2000;

/**
 * Events of the node as they happen, across restarts of the daemon: after a lost connection it goes on behind the last event seen.
 * @throws CodedError daemon_unavailable when the daemon stays away, or what it answers instead of events
 */
export async function* watchEvents(
  client: ApiClient,
  { operation, ve, signal, patienceMs = 60_000, onLost }: WatchOptions,
): AsyncGenerator<NodeEvent, void, undefined> {
  let lastId: string | undefined;
  let pauseMs = firstPauseMs;
  let lostAt: number | undefined;
  const query = { ...(operation === undefined ? {} : { operation }), ...(ve === undefined ? {} : { ve }) };
  while (!signal.aborted) {
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      };
      const response = await client.open(requestOf('events', { query }), { headers, signal });
      response.setEncoding('utf8');
      const parser = new ServerSentEventParser();
      for await (const chunk of response) {
        for (const event of parser.feed(chunk as string)) {
          lastId = event.id ?? lastId;
          lostAt = undefined;
          pauseMs = firstPauseMs;
          yield JSON.parse(event.data) as NodeEvent;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      // someone who follows an operation has heard from the daemon before; anyone else learns at once that it is not there
      const heardOf = lastId !== undefined || operation !== undefined;
      if (error instanceof CodedError && !(heardOf && mayReturn(error))) throw error;
    }
    if (lostAt === undefined) onLost?.();
    lostAt ??= Date.now();
    if (Date.now() - lostAt > patienceMs) {
      throw fault('daemon_unavailable', {
        socket: client.place,
        problem: `gone for ${patienceMs / 1000} s`,
      });
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function mayReturn({ code }: CodedError): boolean {
  return code === 'daemon_unavailable' || code === 'shutting_down';
}

function isFinished({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/**
 * Follows an operation to its end; `onUpdate` sees every state on the way.
 * @throws CodedError as `watchEvents`; AbortError when the signal ends the watch
 */
export async function followOperation(
  client: ApiClient,
  operation: Operation,
  {
    onUpdate,
    ...options
  }: Omit<WatchOptions, 'operation' | 've'> & { readonly onUpdate: (operation: Operation) => void },
): Promise<Operation> {
  if (isFinished(operation)) return operation;
  for await (const event of watchEvents(client, { ...options, operation: operation.id })) {
    if (event.kind !== 'operation' || event.operation.id !== operation.id) continue;
    onUpdate(event.operation);
    if (isFinished(event.operation)) return event.operation;
  }
  throw options.signal.reason instanceof Error
    ? options.signal.reason
    : new DOMException('aborted', 'AbortError');
}
