import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { CommandFailed } from '../src/commands/command-failed.ts';
import { LinuxCommandRunner } from '../src/commands/linux-command-runner.ts';

const commands = new LinuxCommandRunner();

const failureOf = async (promise: Promise<unknown>): Promise<CommandFailed> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CommandFailed);
  return error as CommandFailed;
};

test('a command gets its input and the minimal environment only', async () => {
  process.env['INSULA_TEST_LEAK'] = 'leaked';
  expect(await commands.run(['cat'], { stdin: 'bytes\n' })).toEqual({ stdout: 'bytes\n', stderr: '' });
  const { stdout } = await commands.run(['env'], { env: { EXTRA: 'one' } });
  expect(stdout).not.toContain('leaked');
  expect(stdout).toContain('EXTRA=one');
  expect(stdout).toContain('LANG=C.UTF-8');
});

test('a command without input reads an empty one', async () => {
  expect((await commands.run(['cat'])).stdout).toBe('');
});

test('a failing command tells its status and the end of its stderr', async () => {
  const error = await failureOf(commands.run(['sh', '-c', 'echo out; echo bad luck >&2; exit 3']));
  expect(error).toMatchObject({
    exitCode: 3,
    signal: null,
    timedOut: false,
    isCanceled: false,
    stdout: 'out\n',
  });
  expect(error.message).toContain('exited with 3: bad luck');
});

test('a missing program is not found', async () => {
  expect(await failureOf(commands.run(['insula-no-such-program']))).toMatchObject({ isNotFound: true });
  expect(await failureOf(commands.start(['insula-no-such-program']))).toMatchObject({ isNotFound: true });
});

test('a slow command times out, a cancelled one says so', async () => {
  expect(await failureOf(commands.run(['sleep', '20'], { timeoutMs: 50 }))).toMatchObject({ timedOut: true });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  const error = await failureOf(commands.run(['sleep', '20'], { signal: controller.signal }));
  expect(error).toMatchObject({ isCanceled: true, timedOut: false });
});

test('too much output ends the command', async () => {
  const error = await failureOf(commands.run(['cat', '/dev/zero'], { maxOutputBytes: 1_000 }));
  expect(error.isMaxOutput).toBe(true);
});

test('a long command hands over its streams and further descriptors', async () => {
  const command = await commands.start(['sh', '-c', 'read x; echo "got $x"; echo three >&3; exit 4'], {
    stdin: 'pipe',
    stdout: 'pipe',
    extra: ['pipe'],
  });
  command.stdin?.end('word\n');
  const text = async (stream: AsyncIterable<Buffer> | null | undefined): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  expect(await Promise.all([text(command.stdout), text(command.extra[0])])).toEqual([
    'got word\n',
    'three\n',
  ]);
  expect(await command.exited).toEqual({ exitCode: 4, signal: null });
});

test('a long command is killed, by force when it ignores the polite signal', async () => {
  const command = await commands.start(
    ['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'],
    {
      stdout: 'pipe',
    },
  );
  await new Promise((resolve) => command.stdout?.once('data', resolve));
  command.kill();
  expect(await command.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
}, 10_000);

test('an aborted signal ends a long command', async () => {
  const controller = new AbortController();
  const command = await commands.start(['sleep', '20'], { signal: controller.signal });
  controller.abort();
  expect(await command.exited).toEqual({ exitCode: null, signal: 'SIGTERM' });
});

test('descriptors are handed over under whatever numbers they have, and no others', async () => {
  const dir = mkdtempSync(`${tmpdir()}/insula-commands-`);
  try {
    const first = openSync(`${dir}/first`, 'w');
    const second = openSync(`${dir}/second`, 'w');
    const script = 'echo one >&3; echo two >&4; ls /proc/self/fd';
    // crosswise, through numbers that are targets themselves
    const inner = `exec 8>&3 9>&4; exec 3>&9 4>&8 8>&- 9>&-; ${script}`;
    const command = await commands.start(['sh', '-c', inner], { stdout: 'pipe', extra: [second, first] });
    closeSync(first);
    closeSync(second);
    const said: Buffer[] = [];
    command.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
    expect(await command.exited).toEqual({ exitCode: 0, signal: null });
    // 5 is what ls reads its directory by
    expect(Buffer.concat(said).toString().trim().split('\n')).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(readFileSync(`${dir}/first`, 'utf8')).toBe('one\n');
    expect(readFileSync(`${dir}/second`, 'utf8')).toBe('two\n');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('a command starts in its directory, with no signal ignored or blocked, and as its own session if asked to', async () => {
  const { stdout } = await commands.run(['cat', '/proc/self/status']);
  expect(stdout).toMatch(/^SigBlk:\s+0+$/m);
  expect(stdout).toMatch(/^SigIgn:\s+0+$/m);
  expect((await commands.run(['pwd'], { cwd: '/usr' })).stdout).toBe('/usr\n');
  const apart = await commands.start(['sh', '-c', 'cut -d" " -f6 /proc/self/stat; echo $$'], {
    stdout: 'pipe',
    detached: true,
  });
  const said: Buffer[] = [];
  apart.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
  await apart.exited;
  const [session, pid] = Buffer.concat(said).toString().trim().split('\n');
  expect(session).toBe(pid);
});

test('many commands at once each get their own end and all of their output', async () => {
  const numbers = Array.from({ length: 60 }, (_, index) => index);
  const results = await Promise.all(
    numbers.map(async (number) => {
      const count = 200_000 + number;
      return (await commands.run(['head', '-c', String(count), '/dev/zero'])).stdout.length - count;
    }),
  );
  expect(new Set(results)).toEqual(new Set([0]));
  const codes = numbers.map(async (code) => {
    const command = await commands.start(['sh', '-c', `exit ${code}`]);
    return (await command.exited).exitCode;
  });
  expect(await Promise.all(codes)).toEqual(numbers);
});
