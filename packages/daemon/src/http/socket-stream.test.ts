import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { ConsoleRequest, ExecRequest, type StreamControl } from '@insula/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SocketStream, type StreamHandlers } from './socket-stream.ts';

let dir: string;
let server: Server;
let sockets: WebSocketServer;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/insula-stream-`);
  server = createServer().listen(`${dir}/s`);
  sockets = new WebSocketServer({ server });
});
afterEach(() => {
  vi.useRealTimers();
  for (const client of sockets.clients) client.terminate();
  server.close();
  rmSync(dir, { recursive: true });
});

interface Pair {
  readonly stream: SocketStream;
  readonly client: WebSocket;
  readonly connection: Socket;
  readonly messages: (string | Buffer)[];
}

async function pair(): Promise<Pair> {
  const connection = connect(`${dir}/s`);
  const client = new WebSocket('ws://localhost/', { createConnection: () => connection });
  const messages: (string | Buffer)[] = [];
  client.on('message', (data: Buffer, isBinary: boolean) => messages.push(isBinary ? data : data.toString()));
  client.on('error', () => undefined);
  const [[socket]] = (await Promise.all([once(sockets, 'connection'), once(client, 'open')])) as [
    [WebSocket],
    unknown,
  ];
  socket.on('error', () => undefined);
  return { stream: new SocketStream(socket), client, connection, messages };
}

/** Takes down what comes from the client. */
class Log implements StreamHandlers {
  readonly inputs: string[] = [];
  readonly controls: StreamControl[] = [];
  closings = 0;

  input(bytes: Buffer): void {
    this.inputs.push(bytes.toString());
  }

  control(message: StreamControl): void {
    this.controls.push(message);
  }

  closed(): void {
    this.closings += 1;
  }
}

const source = () => ({ pause: vi.fn<() => void>(), resume: vi.fn<() => void>() });

test('what a client sends before anybody handles it is kept, in order', async () => {
  const { stream, client } = await pair();
  client.send(JSON.stringify({ command: ['cat'] }));
  client.send(Buffer.from('one'));
  client.send('{"kind":"resize","columns":80,"rows":24}');
  expect(await stream.request(ExecRequest)).toEqual({ command: ['cat'] });
  client.send(Buffer.from('two'));
  const log = new Log();
  stream.handle(log);
  await expect.poll(() => log.inputs).toEqual(['one', 'two']);
  expect(log.controls).toEqual([{ kind: 'resize', columns: 80, rows: 24 }]);
});

test('a client that floods before it is handled waits in the kernel, not in memory', async () => {
  const { stream, client, connection } = await pair();
  client.send('{}');
  await stream.request(ConsoleRequest);
  for (let megabyte = 0; megabyte < 32; megabyte += 1) client.send(Buffer.alloc(2 ** 20));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(connection.writableLength).toBeGreaterThan(30 * 2 ** 20);
  const log = new Log();
  stream.handle(log);
  await expect.poll(() => log.inputs.length, { timeout: 5_000 }).toBe(32);
});

test.each([
  ['no JSON', 'nonsense', 'malformed_request'],
  ['an unknown field', '{"command":[],"shell":true}', 'unknown_field'],
  ['a wrong type', '{"command":"ls"}', 'invalid_input'],
  ['a missing field', '{}', 'invalid_input'],
])('a request with %s is refused', async (_what, text, code) => {
  const { stream, client } = await pair();
  client.send(text);
  await expect(stream.request(ExecRequest)).rejects.toMatchObject({ code });
});

test('a first frame that is binary is refused', async () => {
  const { stream, client } = await pair();
  client.send(Buffer.from('{}'));
  await expect(stream.request(ConsoleRequest)).rejects.toMatchObject({ code: 'malformed_request' });
});

test('a client that goes before it asks is a cancelled call', async () => {
  const { stream, client } = await pair();
  const request = stream.request(ExecRequest);
  client.terminate();
  await expect(request).rejects.toMatchObject({ code: 'cancelled' });
});

test('a control message that is none ends the stream with an error', async () => {
  const { stream, client, messages } = await pair();
  client.send('{}');
  await stream.request(ConsoleRequest);
  stream.handle(new Log());
  client.send('{"kind":"dance"}');
  await once(client, 'close');
  expect(JSON.parse(String(messages.at(-1)))).toMatchObject({
    kind: 'error',
    problem: { code: 'malformed_request' },
  });
});

test('a handler that throws ends its stream, not the daemon', async () => {
  const { stream, client, messages } = await pair();
  client.send('{}');
  await stream.request(ConsoleRequest);
  const log = new Log();
  log.control = () => {
    throw new Error('ioctl(2) failed, EBADF');
  };
  stream.handle(log);
  client.send('{"kind":"resize","columns":80,"rows":24}');
  await once(client, 'close');
  expect(JSON.parse(String(messages.at(-1)))).toMatchObject({ problem: { code: 'internal' } });
});

test('output goes in frames that begin with their channel and are never too long', async () => {
  const { stream, messages } = await pair();
  stream.send('output', Buffer.from('out'), source());
  stream.send('error', Buffer.alloc(100_000, 'x'), source());
  await expect.poll(() => messages.length).toBe(3);
  const frames = messages as readonly Buffer[];
  expect(frames.map((frame) => frame[0])).toEqual([1, 2, 2]);
  expect(frames.map((frame) => frame.length)).toEqual([4, 65_536, 34_466]);
});

test('a source is told to wait for a slow client, and to go on when it has caught up', async () => {
  const { stream, client } = await pair();
  client.pause();
  const slow = source();
  for (let megabyte = 0; megabyte < 8; megabyte += 1) stream.send('output', Buffer.alloc(2 ** 20), slow);
  expect(slow.pause).toHaveBeenCalled();
  expect(slow.resume).not.toHaveBeenCalled();
  client.resume();
  await expect.poll(() => slow.resume.mock.calls.length, { timeout: 5_000 }).toBe(1);
});

test('a source that waits for a client that goes is let go, and what it says is dropped', async () => {
  const { stream, client } = await pair();
  client.pause();
  const slow = source();
  for (let megabyte = 0; megabyte < 8; megabyte += 1) stream.send('output', Buffer.alloc(2 ** 20), slow);
  client.terminate();
  await expect.poll(() => slow.resume.mock.calls.length).toBeGreaterThan(0);
  slow.pause.mockClear();
  for (let megabyte = 0; megabyte < 8; megabyte += 1) stream.send('output', Buffer.alloc(2 ** 20), slow);
  expect(slow.pause).not.toHaveBeenCalled();
});

test('that a client has gone is told once, and at once to who asks later', async () => {
  const { stream, client } = await pair();
  client.send('{}');
  await stream.request(ConsoleRequest);
  const log = new Log();
  stream.handle(log);
  client.close();
  await expect.poll(() => log.closings).toBe(1);
  stream.handle(log);
  expect(log.closings).toBe(2);
});

test('a client that goes while its input waits is noticed by a ping', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { stream, client, connection } = await pair();
  client.send('{}');
  await stream.request(ConsoleRequest);
  const log = new Log();
  stream.handle(log);
  client.send(Buffer.from('x'));
  await expect.poll(() => log.inputs.length).toBe(1);
  stream.pauseInput();
  client.send(Buffer.alloc(1000));
  connection.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(log.closings).toBe(0);
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  await expect.poll(() => log.closings).toBe(1);
});
