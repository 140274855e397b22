import { setTimeout as sleep } from 'node:timers/promises';
import { fault, type Operation } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { ApiClient } from './api-client.ts';
import { FakeDaemon, fakeOperation, operationEvent, refuse, sendEvents } from './fake-daemon.ts';
import { followOperation, watchEvents } from './watch.ts';

const signal = new AbortController().signal;
const finished = fakeOperation({ state: 'succeeded', progress: 1, message: 'running' });

describe('following an operation', () => {
  test('every state is told and the last one answered', async () => {
    await using daemon = await FakeDaemon.start();
    daemon.on(
      'GET /v1/events',
      sendEvents([operationEvent(1, fakeOperation()), operationEvent(2, finished)]),
    );
    const states: string[] = [];
    const onUpdate = ({ state }: Operation) => states.push(state);
    const end = await followOperation(new ApiClient(daemon), fakeOperation(), { signal, onUpdate });
    expect(end).toEqual(finished);
    expect(states).toEqual(['running', 'succeeded']);
    expect(daemon.seen[0]?.query).toEqual({ operation: 'op-1' });
  });

  test('an operation that has ended already is not asked about', async () => {
    const client = new ApiClient({ socketPath: '/nowhere' });
    expect(await followOperation(client, finished, { signal, onUpdate: () => undefined })).toBe(finished);
  });

  test('after a lost connection it goes on behind the last event', async () => {
    await using daemon = await FakeDaemon.start();
    let connections = 0;
    daemon.on('GET /v1/events', (seen, response) => {
      connections += 1;
      const next = connections === 1 ? operationEvent(41, fakeOperation()) : operationEvent(42, finished);
      sendEvents([next], { end: true })(seen, response);
    });
    let lost = 0;
    const end = await followOperation(new ApiClient(daemon), fakeOperation(), {
      signal,
      onUpdate: () => undefined,
      onLost: () => (lost += 1),
    });
    expect(end.state).toBe('succeeded');
    expect(lost).toBe(1);
    expect(daemon.seen[1]?.headers['last-event-id']).toBe('41');
  });

  test('a restart of the daemon is waited for', async () => {
    await using daemon = await FakeDaemon.start();
    daemon.on('GET /v1/events', sendEvents([operationEvent(1, fakeOperation())]));
    const following = followOperation(new ApiClient(daemon), fakeOperation(), {
      signal,
      onUpdate: () => undefined,
    });
    await sleep(50);
    await daemon.stop();
    await sleep(150);
    daemon.on('GET /v1/events', sendEvents([operationEvent(2, finished)]));
    await daemon.restart();
    expect((await following).state).toBe('succeeded');
  });

  test('a daemon that stays away is an error after a while', async () => {
    await using daemon = await FakeDaemon.start();
    daemon.on('GET /v1/events', sendEvents([operationEvent(1, fakeOperation())], { end: true }));
    const client = new ApiClient(daemon);
    const following = followOperation(client, fakeOperation(), {
      signal,
      onUpdate: () => void daemon.stop(),
      patienceMs: 200,
    });
    await expect(following).rejects.toMatchObject({ code: 'daemon_unavailable' });
  });

  test('an operation that the daemon no longer knows is an error', async () => {
    await using daemon = await FakeDaemon.start();
    daemon.on('GET /v1/events', refuse('operation_not_found', { operation: 'op-1' }));
    const following = followOperation(new ApiClient(daemon), fakeOperation(), {
      signal,
      onUpdate: () => undefined,
    });
    await expect(following).rejects.toMatchObject({ code: 'operation_not_found' });
  });
});

describe('watching events', () => {
  test('a daemon that never was there is told at once', async () => {
    const events = watchEvents(new ApiClient({ socketPath: '/nowhere/at.sock' }), { signal });
    await expect(events.next()).rejects.toMatchObject({ code: 'daemon_unavailable', exitCode: 7 });
  });
});

describe('a call', () => {
  test('an error keeps its code, hint and exit code', async () => {
    await using daemon = await FakeDaemon.start();
    daemon.on('GET /v1/events', refuse('ve_not_found', { ve: 'web9' }));
    const events = watchEvents(new ApiClient(daemon), { signal });
    const expected = fault('ve_not_found', { ve: 'web9' });
    await expect(events.next()).rejects.toMatchObject({
      message: expected.message,
      hint: expected.hint,
      exitCode: 3,
    });
  });

  test('an answer that is no problem body is an internal fault with its text', async () => {
    await using daemon = await FakeDaemon.start();
    daemon.on('GET /v1/events', (_, response) => response.writeHead(502).end('<html>bad gateway</html>'));
    await expect(watchEvents(new ApiClient(daemon), { signal }).next()).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('bad gateway'),
    });
  });
});
