import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { RunningCommand } from '@insula/host';
import { runLayout } from '@insula/ve';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { FakeDaemon } from '../fake-daemon.ts';

let daemon: FakeDaemon;
let uuid: string;
beforeAll(async () => {
  daemon = await FakeDaemon.start();
  const { result } = await daemon.perform('POST', '/v1/ves', {
    name: 'web1',
    template: 'debian-12',
    start: true,
  });
  uuid = (result as { readonly uuid: string }).uuid;
});
afterAll(async () => await daemon.remove());

/** A command that runs until the test ends it, as runc runs one: its pid is noted once it lives. */
class Command {
  readonly stdin = new PassThrough();
  readonly stdout: Readable;
  readonly stderr = new PassThrough();
  readonly pid = nextPid();
  readonly #ended = Promise.withResolvers<{ exitCode: number | null; signal: NodeJS.Signals | null }>();

  constructor(stdout: Readable = new PassThrough()) {
    this.stdout = stdout;
    daemon.host.processes.begin(this.pid);
    daemon.host.commands.start = async (argv) => {
      const processFile = argv.find((word) => word.endsWith('.json')) ?? '';
      await daemon.host.files.writeAtomic(processFile.replace('.json', '.pid'), String(this.pid));
      const { stdin, stdout, stderr } = this;
      const exited = this.#ended.promise;
      return {
        argv,
        pid: this.pid + 1,
        stdin,
        stdout,
        stderr,
        extra: [],
        exited,
        kill: () => undefined,
      } as RunningCommand;
    };
  }

  end(exitCode: number | null, signal: NodeJS.Signals | null = null): void {
    daemon.host.processes.end(this.pid);
    this.#ended.resolve({ exitCode, signal });
  }
}

let lastPid = 50_000;
const nextPid = () => {
  lastPid += 2;
  return lastPid;
};

interface Client {
  readonly socket: WebSocket;
  readonly frames: Buffer[];
  readonly ends: unknown[];
}

async function connect(path: string, first: unknown): Promise<Client> {
  const socket = daemon.connect(path);
  const client: Client = { socket, frames: [], ends: [] };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) client.frames.push(data);
    else client.ends.push(JSON.parse(data.toString()));
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(JSON.stringify(first));
  return client;
}

const exec = async (first: unknown = { command: ['x'] }) => await connect('/v1/ves/web1/exec', first);
const files = async () => await daemon.host.files.list(runLayout(daemon.dir).ve(uuid).execs);
const signals = () => daemon.host.processes.signals;

describe('a command in a VE', () => {
  beforeEach(() => {
    signals().length = 0;
  });

  test('gets its input, and its output and exit code go to its client', async () => {
    const command = new Command();
    const client = await exec();
    client.socket.send(Buffer.from('in'));
    client.socket.send('{"kind":"eof"}');
    expect((await command.stdin.toArray()).join('')).toBe('in');
    (command.stdout as PassThrough).end('out');
    command.stderr.end('err');
    await expect
      .poll(() => client.frames.map((frame) => frame.toString()))
      .toEqual(['\u0001out', '\u0002err']);
    command.end(7);
    await once(client.socket, 'close');
    expect(client.ends).toEqual([{ kind: 'exit', code: 7, signal: null }]);
    await expect.poll(files).toEqual([]);
  });

  test('that died of a signal is told so', async () => {
    const command = new Command();
    const client = await exec();
    await expect.poll(files).not.toEqual([]);
    command.end(null, 'SIGKILL');
    await once(client.socket, 'close');
    expect(client.ends).toEqual([{ kind: 'exit', code: 137, signal: 9 }]);
  });

  test('gets the signals of its client', async () => {
    const command = new Command();
    const client = await exec();
    client.socket.send('{"kind":"signal","signal":15}');
    await expect
      .poll(() => signals().map(({ identity, signalNumber }) => [identity.pid, signalNumber]))
      .toEqual([[command.pid, 15]]);
    command.end(0);
  });

  test('ends with its client', async () => {
    const command = new Command();
    const client = await exec();
    await expect.poll(files).not.toEqual([]);
    client.socket.terminate();
    await expect.poll(() => signals().map(({ signalNumber }) => signalNumber)).toEqual([1]);
    command.end(129);
    await expect.poll(files).toEqual([]);
  });

  test('whose output was held back ends with its client, too', async () => {
    const endless = new Readable({ read: () => void setImmediate(() => endless.push(Buffer.alloc(65_536))) });
    const command = new Command(endless);
    const client = await exec();
    await expect.poll(() => client.frames.length).toBeGreaterThan(0);
    client.socket.pause();
    await expect.poll(() => endless.isPaused(), { timeout: 5_000 }).toBe(true);
    client.socket.terminate();
    await expect.poll(() => endless.isPaused()).toBe(false);
    endless.destroy();
    command.end(129);
    await expect.poll(files).toEqual([]);
  });

  test('that has ended is not signalled any more: its pid may be somebody else’s', async () => {
    const command = new Command();
    const client = await exec();
    await expect.poll(files).not.toEqual([]);
    command.end(0);
    daemon.host.processes.begin(command.pid);
    client.socket.send('{"kind":"signal","signal":15}');
    await once(client.socket, 'close');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(signals()).toEqual([]);
  });

  test.each([
    [{ command: 'ls' }, 'invalid_input'],
    [{ command: [], shell: true }, 'unknown_field'],
    [{ command: ['id'], user: 'a b' }, 'invalid_input'],
    [{ command: ['id'], user: 'eve' }, 'user_not_found'],
  ])('asked for with %j is refused', async (first, code) => {
    const client = await exec(first);
    await once(client.socket, 'close');
    expect(client.ends).toMatchObject([{ kind: 'error', problem: { code } }]);
  });

  test('of a VE that is not there is refused', async () => {
    const socket = daemon.connect('/v1/ves/nobody/exec');
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(404);
    expect(JSON.parse(await text(response))).toMatchObject({ code: 've_not_found' });
  });

  test('with a frame that is too long ends, and the daemon goes on', async () => {
    const command = new Command();
    const client = await exec();
    client.socket.send(Buffer.alloc(200_000));
    await once(client.socket, 'close');
    command.end(0);
    expect((await daemon.call('GET', '/v1/node')).status).toBe(200);
  });
});

describe('a console', () => {
  const log = () => daemon.node.ports.pool.privateArea(uuid).consoleLog;
  const attach = async (first: unknown = {}) => await connect('/v1/ves/web1/console', first);
  const text = ({ frames }: Client) => frames.map((frame) => frame.subarray(1).toString()).join('');

  test('begins with what was printed last and goes on with what comes', async () => {
    daemon.host.consoleLogs.append(log(), 'past ');
    const client = await attach();
    await expect.poll(() => text(client)).toBe('past ');
    daemon.host.consoleLogs.append(log(), 'now');
    await expect.poll(() => text(client)).toBe('past now');
    client.socket.close();
  });

  test('takes keystrokes and sizes', async () => {
    const client = await attach({ terminal: { columns: 101, rows: 31 } });
    client.socket.send(Buffer.from('ls\n'));
    client.socket.send('{"kind":"resize","columns":90,"rows":20}');
    await expect.poll(() => daemon.host.consoles.typed).toEqual(['ls\n']);
    await expect
      .poll(() => daemon.host.consoles.sizes)
      .toEqual([
        [101, 31],
        [90, 20],
      ]);
    client.socket.close();
  });

  test('is let go of by who detaches or goes, also when it was held back', async () => {
    const { consoles, consoleLogs } = daemon.host;
    await expect.poll(() => [consoles.opened, consoleLogs.followers]).toEqual([0, 0]);
    const [one, two, slow] = [await attach(), await attach(), await attach()];
    await expect.poll(() => consoles.opened).toBe(3);
    slow.socket.pause();
    consoleLogs.append(log(), 'x'.repeat(8_000_000));
    one.socket.send('{"kind":"eof"}');
    two.socket.terminate();
    slow.socket.terminate();
    await expect.poll(() => [consoles.opened, consoleLogs.followers], { timeout: 5_000 }).toEqual([0, 0]);
  });

  test('whose size is refused is closed', async () => {
    const { consoles } = daemon.host;
    const open = consoles.open.bind(consoles);
    consoles.open = async () => ({
      ...(await open()),
      resize: async () => await Promise.reject(new Error('no reader')),
    });
    const client = await attach({ terminal: { columns: 80, rows: 24 } });
    await once(client.socket, 'close');
    consoles.open = open;
    expect(client.ends).toMatchObject([{ kind: 'error' }]);
    expect(consoles.opened).toBe(0);
  });
});

test('the console log is read to its end, and followed until the reader goes', async () => {
  const log = daemon.node.ports.pool.privateArea(uuid).consoleLog;
  daemon.host.consoleLogs.logs.set(log, 'boot\n');
  expect((await daemon.call('GET', '/v1/ves/web1/log')).body).toBe('boot\n');
  expect((await daemon.call('GET', '/v1/ves/web1/log?previous=true')).body).toBe('');
  const response = await daemon.open('GET', '/v1/ves/web1/log?follow=true');
  const parts: string[] = [];
  response.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  response.on('error', () => undefined);
  daemon.host.consoleLogs.append(log, 'more\n');
  await expect.poll(() => parts.join('')).toBe('boot\nmore\n');
  response.destroy();
  await expect.poll(() => daemon.host.consoleLogs.followers).toBe(0);
});

test('a connection that brings many calls gathers no listeners', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on('warning', warn);
  for (let call = 0; call < 30; call += 1) {
    const path = call % 2 === 0 ? '/v1/ves/web1/wait?for=running' : '/v1/ves';
    const { promise, resolve } = Promise.withResolvers<void>();
    request({ socketPath: daemon.socket, agent, path }, (response) =>
      response.resume().once('end', resolve),
    ).end();
    await promise;
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('warning', warn);
  agent.destroy();
  expect(warnings).toEqual([]);
});

test('a wait whose caller goes is given up', async () => {
  const { registry } = daemon.node;
  let listeners = 0;
  const onChange = registry.onChange.bind(registry);
  registry.onChange = (listener) => {
    listeners += 1;
    const unsubscribe = onChange(listener);
    return () => {
      listeners -= 1;
      return unsubscribe();
    };
  };
  const call = request({ socketPath: daemon.socket, path: '/v1/ves/web1/wait?for=paused&timeout=600' }).on(
    'error',
    () => undefined,
  );
  call.end();
  await expect.poll(() => listeners).toBe(1);
  call.destroy();
  await expect.poll(() => listeners).toBe(0);
  registry.onChange = onChange;
});

test('a daemon ends though its clients do not', async () => {
  const other = await FakeDaemon.start();
  const { result } = await other.perform('POST', '/v1/ves', { template: 'debian-12', start: true });
  const socket = other.connect(`/v1/ves/${(result as { readonly uuid: string }).uuid}/console`);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send('{}');
  socket.pause();
  await other.open('GET', '/v1/events').then((response) => response.on('error', () => undefined));
  const begun = performance.now();
  await other.remove();
  expect(performance.now() - begun).toBeLessThan(5_000);
});
