import type { IncomingMessage } from 'node:http';
import type { NodeEvent } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

let daemon: FakeDaemon;
beforeAll(async () => {
  daemon = await FakeDaemon.start();
  await daemon.perform('POST', '/v1/ves', { name: 'web1', template: 'debian-12' });
});
afterAll(async () => await daemon.remove());

/** Events of a stream as they come. */
class Listener {
  readonly events: NodeEvent[] = [];
  readonly response: IncomingMessage;
  #rest = '';

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    response.on('error', () => undefined);
  }

  close(): void {
    this.response.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) continue;
      const [, id, kind, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      const event = JSON.parse(data ?? '') as NodeEvent;
      expect({ id: Number(id), kind }).toEqual({ id: event.id, kind: event.kind });
      this.events.push(event);
    }
  }
}

const listen = async (query = '', lastEventId?: number) =>
  new Listener(
    await daemon.open('GET', `/v1/events${query}`, lastEventId === undefined ? {} : { lastEventId }),
  );

test('a stream tells the steps of an operation and the states of its VE, as they come', async () => {
  const listener = await listen();
  const { id } = await daemon.perform('POST', '/v1/ves/web1/start');
  await expect
    .poll(() => listener.events.at(-1))
    .toMatchObject({ kind: 've', ve: { state: 'running', transition: null } });
  const operations = listener.events.flatMap((event) =>
    event.kind === 'operation' ? [event.operation] : [],
  );
  expect(operations.every((operation) => operation.id === id && operation.log.length === 0)).toBe(true);
  expect(operations[0]).toMatchObject({ state: 'running' });
  expect(operations.at(-1)).toMatchObject({ state: 'succeeded', progress: 1 });
  const ids = listener.events.map((event) => event.id);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(new Set(ids).size).toBe(ids.length);
  listener.close();
});

test('a client that comes back gets what it missed, once and in order', async () => {
  const first = await listen();
  await daemon.perform('PATCH', '/v1/ves/web1', { description: 'one' });
  await expect.poll(() => first.events.length).toBeGreaterThan(3);
  const seen = first.events.slice(0, 2);
  first.close();
  await daemon.perform('PATCH', '/v1/ves/web1', { description: 'two' });
  const second = await listen('', seen.at(-1)?.id);
  await expect
    .poll(() => second.events.map((event) => event.id))
    .toEqual(expect.arrayContaining([daemon.node.hub.latestId]));
  const ids = [...seen, ...second.events].map((event) => event.id);
  const from = ids[0] ?? 0;
  expect(ids).toEqual(
    Array.from({ length: daemon.node.hub.latestId - from + 1 }, (_, index) => from + index),
  );
  second.close();
});

test('however much a client missed, it is told all of it', async () => {
  const { hub } = daemon.node;
  const last = hub.latestId;
  for (let index = 0; index < 1500; index += 1)
    hub.publish({ kind: 've', uuid: 'u', name: 'x'.repeat(4_000), what: 'state', ve: null });
  const listener = await listen('', last);
  await expect.poll(() => listener.events.length, { timeout: 5_000 }).toBe(1500);
  listener.close();
});

test('a client that reads nothing is cut off', async () => {
  const response = await daemon.open('GET', '/v1/events');
  response.pause();
  let isClosed = false;
  response
    .on('error', () => undefined)
    .once('close', () => {
      isClosed = true;
    });
  for (let index = 0; index < 3000; index += 1)
    daemon.node.hub.publish({ kind: 've', uuid: 'u', name: 'x'.repeat(4_000), what: 'state', ve: null });
  response.resume();
  await expect.poll(() => isClosed, { timeout: 5_000 }).toBe(true);
});

test('a stream of one operation begins with what it is now', async () => {
  const { id } = await daemon.perform('PATCH', '/v1/ves/web1', { description: 'three' });
  const listener = await listen(`?operation=${id}`);
  await expect.poll(() => listener.events).toHaveLength(1);
  expect(listener.events[0]).toMatchObject({ kind: 'operation', operation: { id, state: 'succeeded' } });
  listener.close();
});

test('a stream of one VE tells nothing of others', async () => {
  const listener = await listen('?ve=web1');
  await daemon.perform('POST', '/v1/ves', { name: 'web2', template: 'debian-12' });
  await daemon.perform('PATCH', '/v1/ves/web1', { description: 'four' });
  await expect.poll(() => listener.events.length).toBeGreaterThan(2);
  const names = listener.events.map((event) =>
    event.kind === 'operation' ? event.operation.target.name : event.name,
  );
  expect(new Set(names)).toEqual(new Set(['web1']));
  listener.close();
});

test('a client that has gone is forgotten', async () => {
  const { hub } = daemon.node;
  await expect.poll(() => hub.listeners).toBe(0);
  const listener = await listen();
  await expect.poll(() => hub.listeners).toBe(1);
  listener.close();
  await expect.poll(() => hub.listeners).toBe(0);
});
