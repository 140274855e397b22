import { setTimeout as sleep } from 'node:timers/promises';
import { fault, type Operation } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { FakeDaemon, fakeOperation, operationEvent, refuse } from '../client/fake-daemon.ts';
import { fakeContext } from '../fake-context.ts';
import { run } from '../run.ts';

/** A start that goes on until it is cancelled. */
async function slowStart() {
  const daemon = await FakeDaemon.start();
  const cancelled = Promise.withResolvers<void>();
  daemon.on('POST /v1/ves/web1/start', () => fakeOperation());
  daemon.on('POST /v1/operations/op-1/cancel', () => {
    cancelled.resolve();
    return fakeOperation({ state: 'undoing' });
  });
  daemon.on('GET /v1/events', async (_, response) => {
    const send = (id: number, operation: Operation) =>
      response.write(
        `id: ${id}\nevent: operation\ndata: ${JSON.stringify(operationEvent(id, operation))}\n\n`,
      );
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send(1, fakeOperation());
    await cancelled.promise;
    send(2, fakeOperation({ state: 'cancelled', message: 'undone', error: fault('cancelled').toProblem() }));
  });
  return daemon;
}

function begin(daemon: FakeDaemon, options: readonly string[] = []) {
  const plain = fakeContext();
  const context = { ...plain, environment: { INSULA_SOCKET: daemon.socketPath } };
  const code = run(['start', 'web1', ...options], context);
  const waiting = async () => {
    while (!daemon.seen.some(({ path }) => path === '/v1/events')) await sleep(5);
    await sleep(20);
  };
  return { context, code, waiting };
}

const cancels = (daemon: FakeDaemon) => daemon.seen.filter(({ path }) => path.endsWith('/cancel')).length;

describe('Ctrl-C while an operation is waited for', () => {
  test('cancels it, says how to leave, and ends when it is undone', async () => {
    await using daemon = await slowStart();
    const { context, code, waiting } = begin(daemon);
    await waiting();
    context.signals.emit('SIGINT', 'SIGINT');
    expect(await code).toBe(9);
    expect(cancels(daemon)).toBe(1);
    expect(context.stderr.text).toContain('Ctrl-C again leaves it running');
    expect(context.stderr.text).toContain('insula: the operation was cancelled');
  });

  test('twice leaves it running and names it', async () => {
    await using daemon = await slowStart();
    daemon.on(
      'POST /v1/operations/op-1/cancel',
      refuse('not_cancellable', { operation: 'op-1', reason: 'past its point of no return' }),
    );
    const { context, code, waiting } = begin(daemon);
    await waiting();
    context.signals.emit('SIGINT', 'SIGINT');
    await sleep(30);
    expect(context.stderr.text).toContain('cannot be cancelled: past its point of no return');
    context.signals.emit('SIGINT', 'SIGINT');
    expect(await code).toBe(130);
    expect(context.stderr.text).toContain('left running: operation op-1');
  });

  test('with --on-interrupt detach leaves it alone at once', async () => {
    await using daemon = await slowStart();
    const { context, code, waiting } = begin(daemon, ['--on-interrupt', 'detach']);
    await waiting();
    context.signals.emit('SIGINT', 'SIGINT');
    expect(await code).toBe(130);
    expect(cancels(daemon)).toBe(0);
  });

  test('a lost terminal cancels nothing', async () => {
    await using daemon = await slowStart();
    const { context, code, waiting } = begin(daemon);
    await waiting();
    context.signals.emit('SIGHUP', 'SIGHUP');
    expect(await code).toBe(130);
    expect(cancels(daemon)).toBe(0);
  });

  test('with several targets each says what goes on', async () => {
    await using daemon = await slowStart();
    daemon.on('POST /v1/ves/web2/start', () => fakeOperation({ id: 'op-2', name: 'web2' }));
    const { context, code, waiting } = begin(daemon, ['web2', '--on-interrupt', 'detach']);
    await waiting();
    context.signals.emit('SIGTERM', 'SIGTERM');
    expect(await code).toBe(130);
    expect(context.stderr.text).toContain('insula: web1: left running: operation op-1\n');
    expect(context.stderr.text).toContain('insula: web2: left running: operation op-2\n');
  });

  test('only ends a command that changes nothing', async () => {
    await using daemon = await FakeDaemon.start();
    const asked = Promise.withResolvers<void>();
    daemon.on('GET /v1/ves/web1/wait', () => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const plain = fakeContext();
    const code = run(['wait', 'web1'], { ...plain, environment: { INSULA_SOCKET: daemon.socketPath } });
    await asked.promise;
    plain.signals.emit('SIGINT', 'SIGINT');
    expect(await code).toBe(130);
    expect(plain.stderr.text).toBe('insula: interrupted\n');
  });

  test('no listener stays behind', async () => {
    await using daemon = await slowStart();
    const { context, code, waiting } = begin(daemon);
    await waiting();
    context.signals.emit('SIGINT', 'SIGINT');
    await code;
    expect(context.signals.eventNames()).toEqual([]);
  });
});
