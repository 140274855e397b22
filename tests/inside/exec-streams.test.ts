import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12'] });

const megabyte = 1_048_576;

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  await node.wait('d1');
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Bytes that compress and repeat as little as random ones, made without keeping the kernel busy. */
function noise(length: number): Buffer {
  const seed = createHash('sha512').update('insula').digest();
  const bytes = Buffer.alloc(length);
  for (let offset = 0; offset < length; offset += 64) {
    bytes.writeUInt32LE(offset, offset % (length - 8));
    seed.copy(bytes, offset);
    bytes.writeUInt32LE(offset, offset);
  }
  return bytes;
}

test('100 MB of output arrive without loss through the API', async () => {
  const command =
    'head -c 104857600 /dev/urandom | tee /root/out.sum.in | cat; sha256sum < /root/out.sum.in >&2';
  const stream = await node.openExec('d1', { command: ['sh', '-c', command] });
  stream.control({ kind: 'eof' });
  expect(await stream.exit()).toMatchObject({ code: 0 });
  expect(stream.output.length).toBe(100 * megabyte);
  expect(stream.error.toString()).toContain(sha256(stream.output));
});

test('100 MB go through the command line, out and in at once', async () => {
  const input = noise(100 * megabyte);
  const { code, stdoutBytes } = await node.insula(['exec', 'd1', '--', 'cat'], { input });
  expect(code).toBe(0);
  expect(stdoutBytes.length).toBe(input.length);
  expect(sha256(stdoutBytes)).toBe(sha256(input));
});

test('a client that does not read holds the command up instead of filling the memory of the daemon', async () => {
  const before = await residentBytes();
  const stream = await node.openExec('d1', {
    command: ['sh', '-c', 'dd if=/dev/zero bs=1M count=300 status=none; echo done > /root/wrote'],
  });
  await stream.shows('\0');
  stream.pause();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect((await node.exec('d1', 'test -e /root/wrote')).code).toBe(1);
  expect((await residentBytes()) - before).toBeLessThan(150 * megabyte);
  stream.resume();
  expect(await stream.exit()).toMatchObject({ code: 0 });
  expect(stream.output.length).toBe(300 * megabyte);
});

test('a command that does not read its input holds its client up', async () => {
  const before = await residentBytes();
  const stream = await node.openExec('d1', { command: ['sleep', '3'] });
  const sent = stream.send(Buffer.alloc(200 * megabyte));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await residentBytes()) - before).toBeLessThan(150 * megabyte);
  expect(await stream.exit()).toMatchObject({ code: 0 });
  stream.vanish();
  await Promise.race([sent, stream.closed]);
});

async function residentBytes(): Promise<number> {
  const { readFileSync } = await import('node:fs');
  const status = readFileSync(`/proc/${node.daemonPid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

test('output and error output stay apart and keep their order', async () => {
  const { stdout, stderr } = await node.insula([
    'exec',
    'd1',
    '--',
    'sh',
    '-c',
    'for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done',
  ]);
  expect(stdout).toBe('out 1\nout 2\nout 3\nout 4\nout 5\n');
  expect(stderr).toBe('err 1\nerr 2\nerr 3\nerr 4\nerr 5\n');
});

test('any byte passes in both directions', async () => {
  const input = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const { stdoutBytes } = await node.insula(['exec', 'd1', '--', 'cat'], { input });
  expect(stdoutBytes).toEqual(input);
});

test('the end of the input reaches the command, and an empty input ends at once', async () => {
  const counted = await node.insula(['exec', 'd1', '--', 'wc', '-c'], { input: 'hello' });
  expect(counted.stdout).toBe('5\n');
  const empty = await node.insula(['exec', 'd1', '--', 'wc', '-c']);
  expect(empty.stdout).toBe('0\n');
});

test('what is sent before the command runs is not lost', async () => {
  const stream = await node.openExec('d1', { command: ['cat'] });
  await stream.send('early');
  stream.control({ kind: 'eof' });
  expect(await stream.exit()).toMatchObject({ code: 0 });
  expect(stream.output.toString()).toBe('early');
});

test('output after the end of the input and up to the very end is not lost', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { stdout } = await node.exec(
      'd1',
      'cat >/dev/null; head -c 200000 /dev/zero | tr "\\0" x; printf end',
    );
    expect(stdout.length).toBe(200_003);
    expect(stdout.endsWith('xend')).toBe(true);
  }
});

test('output of a command whose background process keeps the stream open arrives, and the command ends', async () => {
  const stream = await node.openExec('d1', { command: ['sh', '-c', 'sleep 30 & echo now'] });
  await stream.shows('now');
  stream.vanish();
  await node.exec('d1', 'pkill -x sleep');
});

test('signals go to the command and not to the client', async () => {
  const script =
    'trap "echo got it; exit 7" USR1; trap "echo interrupted; exit 8" INT; echo ready; while :; do sleep 0.1; done';
  const first = node.cli.start(['exec', 'd1', '--', 'sh', '-c', script]);
  await eventually('the command is ready', () => first.output().stdout.includes('ready'));
  first.child.kill('SIGUSR1');
  expect(await first.ended).toMatchObject({ code: 7, stdout: 'ready\ngot it\n' });
  const second = node.cli.start(['exec', 'd1', '--', 'sh', '-c', script]);
  await eventually('the command is ready', () => second.output().stdout.includes('ready'));
  second.child.kill('SIGINT');
  expect(await second.ended).toMatchObject({ code: 8, stdout: 'ready\ninterrupted\n' });
});

test('any signal can be sent over the API, also one that cannot be caught', async () => {
  const stream = await node.openExec('d1', { command: ['sleep', '60'] });
  stream.control({ kind: 'signal', signal: 9 });
  expect(await stream.exit()).toMatchObject({ code: 137 });
});
