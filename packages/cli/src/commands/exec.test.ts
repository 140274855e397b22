import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault, type StreamControl, type StreamEnd } from '@insula/contract';
import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { FakeDaemon } from '../client/fake-daemon.ts';
import { type FakeContext, fakeContext } from '../fake-context.ts';
import { run } from '../run.ts';

/** The daemon's end of an exec: what the client asked for and sent. */
class Inside {
  readonly request: unknown;
  readonly socket: WebSocket;
  readonly input: Buffer[] = [];
  readonly controls: StreamControl[] = [];
  readonly path: string;
  onEof: (() => void) | undefined;

  constructor(socket: WebSocket, path: string, request: unknown) {
    this.socket = socket;
    this.path = path;
    this.request = request;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) {
        this.input.push(data);
        return;
      }
      const control = JSON.parse(data.toString()) as StreamControl;
      this.controls.push(control);
      if (control.kind === 'eof') this.onEof?.();
    });
  }

  print(text: string | Buffer, channel = 1): void {
    this.socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  }

  end(end: StreamEnd): void {
    this.socket.send(JSON.stringify(end), () => this.socket.close());
  }

  exit(code: number, signal: number | null = null): void {
    this.end({ kind: 'exit', code, signal });
  }
}

const daemons: FakeDaemon[] = [];

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon[Symbol.asyncDispose]();
});

async function begin(line: string, context: FakeContext = fakeContext()) {
  const daemon = await FakeDaemon.start();
  daemons.push(daemon);
  const opened = Promise.withResolvers<Inside>();
  daemon.onSocket = (socket, path) => {
    socket.once('message', (data: Buffer) =>
      opened.resolve(new Inside(socket, path, JSON.parse(data.toString()))),
    );
  };
  const surroundings = {
    ...context,
    environment: { ...context.environment, INSULA_SOCKET: daemon.socketPath },
  };
  const code = run(line.split(' '), surroundings);
  const inside = await opened.promise;
  return { inside, context, code };
}

describe('a command in a VE', () => {
  test('command, user, folder and environment are asked for', async () => {
    const { inside, code } = await begin('exec web1 --user www-data --cwd /srv --env A=1 -e B= -- env -0');
    expect(inside.path).toBe('/v1/ves/web1/exec');
    expect(inside.request).toEqual({
      command: ['env', '-0'],
      user: 'www-data',
      cwd: '/srv',
      env: { A: '1', B: '' },
    });
    inside.exit(0);
    expect(await code).toBe(0);
  });

  test.each([0, 1, 2, 124, 125, 126, 127, 255])('exit code %i passes through', async (given) => {
    const { inside, code } = await begin('exec web1 -- true');
    inside.exit(given);
    expect(await code).toBe(given);
  });

  test('the end by a signal is 128 and its number', async () => {
    const { inside, code } = await begin('exec web1 -- sleep 9');
    inside.exit(0, 9);
    expect(await code).toBe(137);
  });

  test('output and error output stay apart', async () => {
    const { inside, context, code } = await begin('exec web1 -- sh');
    inside.print('out');
    inside.print('err', 2);
    inside.print('put');
    inside.exit(0);
    await code;
    expect(context.stdout.text).toBe('output');
    expect(context.stderr.text).toBe('err');
  });

  test('input arrives in order and in frames that are small enough, and its end is told', async () => {
    const { inside, context, code } = await begin('exec web1 -- cat');
    const ended = new Promise<void>((resolve) => {
      inside.onEof = resolve;
    });
    const given = Buffer.alloc(1_000_000, 'abcdefg');
    context.stdin.end(given);
    await ended;
    inside.exit(0);
    await code;
    expect(Buffer.concat(inside.input).equals(given)).toBe(true);
    expect(Math.max(...inside.input.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
  });

  test('with --no-stdin nothing is read and the end is told at once', async () => {
    const context = fakeContext();
    context.stdin.write('the rest of a loop');
    const { inside, code } = await begin('exec web1 -n -- cat', context);
    while (inside.controls.length < 1) await sleep(5);
    expect(inside.controls).toEqual([{ kind: 'eof' }]);
    expect(inside.input).toEqual([]);
    inside.exit(0);
    await code;
    expect(String(context.stdin.read())).toBe('the rest of a loop');
  });

  test('100 MB come through unharmed to a slow reader, without piling up', async () => {
    const context = fakeContext();
    const hash = createHash('sha256');
    let received = 0;
    let waiting = 0;
    const slow = new Writable({
      highWaterMark: 65_536,
      write(chunk: Buffer, _, done) {
        hash.update(chunk);
        received += chunk.length;
        if (received % 5 === 0) setImmediate(done);
        else done();
      },
    });
    const { inside, code } = await begin('exec web1 -- cat /dev/urandom', {
      ...context,
      stdout: slow as FakeContext['stdout'],
    });
    const sent = createHash('sha256');
    for (let frame = 0; frame < 1600; frame += 1) {
      const bytes = Buffer.alloc(65_535, frame % 251);
      sent.update(bytes);
      inside.print(bytes);
      waiting = Math.max(waiting, slow.writableLength);
      if (inside.socket.bufferedAmount > 1_000_000) await sleep(1);
    }
    inside.exit(0);
    expect(await code).toBe(0);
    expect(received).toBe(1600 * 65_535);
    expect(hash.digest('hex')).toBe(sent.digest('hex'));
    expect(waiting).toBeLessThan(4_000_000);
  });

  test('a reader that stops stops the sender', async () => {
    const stuck = new Writable({ highWaterMark: 1000, write: () => undefined });
    const { inside } = await begin('exec web1 -- yes', {
      ...fakeContext(),
      stdout: stuck as FakeContext['stdout'],
    });
    for (let frame = 0; frame < 400; frame += 1) inside.print(Buffer.alloc(60_000));
    await sleep(200);
    expect(stuck.writableLength).toBeLessThan(2_000_000);
    expect(inside.socket.bufferedAmount).toBeGreaterThan(10_000_000);
    inside.socket.terminate();
  });

  test('signals are passed on by number', async () => {
    const { inside, context, code } = await begin('exec web1 -- sleep 9');
    for (const name of ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const) context.signals.emit(name, name);
    while (inside.controls.length < 4) await sleep(5);
    expect(inside.controls).toEqual(
      (['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const).map((name) => ({
        kind: 'signal',
        signal: constants.signals[name],
      })),
    );
    inside.exit(143);
    await code;
    expect(context.signals.eventNames()).toEqual([]);
  });

  test('the third Ctrl-C leaves a command that ignores it', async () => {
    const { context, code } = await begin('exec web1 -- sleep 9');
    for (let count = 0; count < 3; count += 1) context.signals.emit('SIGINT', 'SIGINT');
    expect(await code).toBe(130);
  });

  test('what the daemon says instead of an end is 125 with its words', async () => {
    const { inside, context, code } = await begin('exec web1 -- nope');
    inside.end({
      kind: 'error',
      problem: fault('exec_failed', { ve: 'web1', problem: 'no such file' }).toProblem(),
    });
    expect(await code).toBe(125);
    expect(context.stderr.text).toContain('insula: the command cannot be run in VE web1: no such file');
  });

  test('a connection that breaks off is 125', async () => {
    const { inside, context, code } = await begin('exec web1 -- sleep 9');
    inside.socket.terminate();
    expect(await code).toBe(125);
    expect(context.stderr.text).toContain('connection closed before the end');
  });
});

describe('a terminal in a VE', () => {
  test('is raw, has the size of ours, and follows it', async () => {
    const context = fakeContext({ terminal: true, columns: 132 });
    const { inside, code } = await begin('exec web1 -- vi', context);
    expect(inside.request).toEqual({
      command: ['vi'],
      terminal: { columns: 132, rows: 24 },
      env: { TERM: 'xterm-256color' },
    });
    expect(context.stdin.rawModes).toEqual([true]);
    Object.assign(context.stdout, { columns: 80, rows: 50 });
    context.stdout.emit('resize');
    context.stdin.write('\u0003');
    while (inside.controls.length < 1 || inside.input.length < 1) await sleep(5);
    expect(inside.controls).toEqual([{ kind: 'resize', columns: 80, rows: 50 }]);
    expect(Buffer.concat(inside.input)).toEqual(Buffer.from([3]));
    inside.exit(0);
    await code;
    expect(context.stdin.rawModes).toEqual([true, false]);
  });

  test('is not given when the user does not want it, nor into a pipe', async () => {
    const { inside, code } = await begin('exec web1 --no-tty -- ls', fakeContext({ terminal: true }));
    expect(inside.request).toEqual({ command: ['ls'] });
    inside.exit(0);
    await code;
  });

  test('enter asks for a login shell', async () => {
    const { inside, code } = await begin('enter web1', fakeContext({ terminal: true }));
    expect(inside.request).toMatchObject({ command: [], terminal: { columns: 80, rows: 24 } });
    inside.exit(3);
    expect(await code).toBe(3);
  });

  test('is restored when the connection breaks', async () => {
    const context = fakeContext({ terminal: true });
    const { inside, code } = await begin('enter web1', context);
    inside.socket.terminate();
    await code;
    expect(context.stdin.rawModes).toEqual([true, false]);
  });
});

describe('the console', () => {
  test('shows what was printed and leaves with Ctrl-] q', async () => {
    const context = fakeContext({ terminal: true });
    const { inside, code } = await begin('console web1', context);
    expect(inside).toMatchObject({
      path: '/v1/ves/web1/console',
      request: { replayBytes: 16_384, terminal: { columns: 80, rows: 24 } },
    });
    inside.print('login: ');
    context.stdin.write('root\r');
    await sleep(30);
    context.stdin.write('\u001dq');
    expect(await code).toBe(0);
    expect(context.stdout.text).toBe('login: ');
    expect(Buffer.concat(inside.input).toString()).toBe('root\r');
    expect(context.stdin.rawModes).toEqual([true, false]);
  });

  test('ends with the VE', async () => {
    const context = fakeContext({ terminal: true });
    const { inside, code } = await begin('console web1 --replay 0', context);
    expect(inside.request).toMatchObject({ replayBytes: 0 });
    inside.exit(0);
    expect(await code).toBe(0);
    expect(context.stderr.text).toContain('has closed');
  });

  test('goes on when piped input ends', async () => {
    const { inside, context, code } = await begin('console web1');
    context.stdin.end('reboot\n');
    await once(inside.socket, 'message');
    inside.print('bye');
    inside.exit(0);
    await code;
    expect(context.stdout.text).toBe('bye');
    expect(inside.controls).toEqual([]);
  });
});

describe('the log', () => {
  const hostile = 'boot\u001b]0;owned\u0007 \u001b[32mok\u001b[0m\n';

  async function log(context: FakeContext) {
    await using daemon = await FakeDaemon.start();
    daemon.on('GET /v1/ves/web1/log', (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(hostile),
    );
    const code = await run(['log', 'web1', '--boot'], {
      ...context,
      environment: { INSULA_SOCKET: daemon.socketPath },
    });
    expect(daemon.seen[0]?.query).toEqual({ boot: 'true' });
    return code;
  }

  test('is as it is in a pipe', async () => {
    const context = fakeContext();
    expect(await log(context)).toBe(0);
    expect(context.stdout.text).toBe(hostile);
  });

  test('has no titles and movements on a terminal', async () => {
    const context = fakeContext({ terminal: true });
    await log(context);
    expect(context.stdout.text).toBe('boot \u001b[32mok\u001b[0m\n\u001b[0m');
  });
});
