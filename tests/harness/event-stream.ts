import type { IncomingMessage } from 'node:http';
import type { NodeEvent } from '@insula/contract';
import type { TestApi } from './api-client.ts';
import { eventually } from './eventually.ts';

export interface EventOptions {
  /** Query of the call, such as `ve=web1`. */
  readonly query?: string;
  readonly lastEventId?: number;
}

/** A listener to the events of a node. All that came are kept. */
export class EventStream {
  readonly #response: IncomingMessage;
  readonly #events: NodeEvent[] = [];
  #ended = false;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    let pending = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const blocks = (pending + text).split('\n\n');
      pending = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    });
    response.on('error', () => undefined);
    response.once('close', () => {
      this.#ended = true;
    });
  }

  static async open(api: TestApi, { query, lastEventId }: EventOptions = {}): Promise<EventStream> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
    const path = query === undefined ? '/v1/events' : `/v1/events?${query}`;
    const response = await api.open('GET', path, undefined, { headers });
    if (response.statusCode !== 200) throw new Error(`GET ${path}: ${response.statusCode}`);
    return new EventStream(response);
  }

  get all(): readonly NodeEvent[] {
    return this.#events;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The first event, of those that came or will come, that is wanted. */
  async first(wanted: (event: NodeEvent) => boolean): Promise<NodeEvent> {
    return await eventually('an event', () => this.#events.find(wanted), { interval: 10 });
  }

  close(): void {
    this.#response.destroy();
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const cut = line.indexOf(': ');
        return [line.slice(0, cut), line.slice(cut + 2)] as const;
      }),
    );
    const data = fields.get('data');
    if (data === undefined) return;
    const event = JSON.parse(data) as NodeEvent;
    if (fields.get('id') !== String(event.id) || fields.get('event') !== event.kind) {
      throw new Error(`id and kind of an event differ from its data: ${block}`);
    }
    this.#events.push(event);
  }
}
