import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CommandFailed, type Terminal } from '../src/index.ts';
import { LinuxSockets } from '../src/sockets/linux-sockets.ts';
import { LinuxTerminals } from '../src/terminals/linux-terminals.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const terminals = new LinuxTerminals();
const sockets = new LinuxSockets();
const { makeTemporary } = temporaryDirectories();
const patience = { timeout: 10_000, interval: 20 };

const recorded = (terminal: Terminal): (() => string) => {
  const chunks: Buffer[] = [];
  terminal.onData((bytes) => chunks.push(bytes));
  return () => Buffer.concat(chunks).toString('latin1');
};

test('a process runs on a terminal of the asked size, which can be resized', async () => {
  const terminal = terminals.spawn({
    argv: ['sh', '-c', 'stty -echo; while read x; do stty size; done'],
    columns: 101,
    rows: 31,
  });
  const output = recorded(terminal);
  terminal.write('\n');
  await expect.poll(output, patience).toContain('31 101');
  terminal.resize(90, 20);
  terminal.write(Buffer.from('\n'));
  await expect.poll(output, patience).toContain('20 90');
  terminal.write('\x04');
  expect(await terminal.exited).toEqual({ exitCode: 0, signalNumber: 0 });
});

test('after the end of its process a terminal does nothing, and complains about nothing', async () => {
  const terminal = terminals.spawn({ argv: ['true'], columns: 80, rows: 24 });
  await terminal.exited;
  terminal.resize(90, 20);
  terminal.write('x');
  terminal.pause();
  terminal.resume();
  terminal.kill();
});

test('every byte arrives as it was written, also when the process ends at once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const argv = ['sh', '-c', "stty raw; printf '\\377\\303'; head -c 200000 /dev/zero; exit 3"];
    const terminal = terminals.spawn({ argv, columns: 80, rows: 24 });
    const output = recorded(terminal);
    expect((await terminal.exited).exitCode).toBe(3);
    expect(output().slice(0, 2)).toBe('\xff\xc3');
    expect(output()).toHaveLength(200_002);
  }
});

test('a paused terminal holds its process back', async () => {
  const terminal = terminals.spawn({ argv: ['yes'], columns: 80, rows: 24 });
  let received = 0;
  terminal.onData((bytes) => {
    received += bytes.length;
  });
  await expect.poll(() => received, patience).toBeGreaterThan(0);
  terminal.pause();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = received;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(received).toBe(before);
  terminal.resume();
  await expect.poll(() => received, patience).toBeGreaterThan(before);
  terminal.kill('SIGKILL');
  expect((await terminal.exited).signalNumber).toBe(9);
});

test('a missing program cannot be started on a terminal', () => {
  expect(() => terminals.spawn({ argv: ['insula-no-such-program'], columns: 80, rows: 24 })).toThrow(
    CommandFailed,
  );
  expect(() => terminals.spawn({ argv: ['/etc/passwd'], columns: 80, rows: 24 })).toThrow(
    'cannot be executed',
  );
});

test('the process at the other end of a unix socket is known', async () => {
  const path = join(await makeTemporary(), 'socket');
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const client = connect(path);
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const expected = { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() };
  expect(sockets.peerCredentials(accepted)).toEqual(expected);
  client.destroy();
  accepted.destroy();
  server.close();
  await once(server, 'close');
  expect(() => sockets.peerCredentials(accepted)).toThrow(TypeError);
  const fd = openSync('/dev/null', 'r');
  expect(() => sockets.peerCredentials({ fd })).toThrow(/ENOTSOCK/);
  closeSync(fd);
});
