import type { Reading } from '@insula/contract';
import { requestOf, ServerSentEventParser } from '@insula/contract';
import type { ApiClient } from './api-client.ts';

/**
 * Readings of the node as they are taken, until the signal is aborted or the daemon ends.
 * @throws CodedError what the daemon answers, or daemon_unavailable
 */
export async function* watchReadings(
  client: ApiClient,
  interval: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Reading, void, undefined> {
  const query = interval === undefined ? {} : { interval };
  const headers = { accept: 'text/event-stream' };
  const response = await client.open(requestOf('readings', { query }), { headers, signal });
  response.setEncoding('utf8');
  const parser = new ServerSentEventParser();
  try {
    for await (const chunk of response)
      for (const event of parser.feed(chunk as string)) yield JSON.parse(event.data) as Reading;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
