import { beforeAll, describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12'] });
const size = { columns: 91, rows: 37 };

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  await node.wait('d1');
});

describe('exec on a terminal', () => {
  test('the command has a terminal of the size of the client, which follows it', async () => {
    const terminal = node.cli.onTerminal(['exec', 'd1', '--', 'sh'], size);
    terminal.type('tty; stty size; echo $TERM\n');
    await terminal.shows('/dev/pts/');
    await terminal.shows('37 91');
    await terminal.shows('xterm-256color');
    terminal.resize(120, 50);
    terminal.type('sleep 0.3; stty size\n');
    await terminal.shows('50 120');
    terminal.type('exit 3\n');
    expect((await terminal.exited).exitCode).toBe(3);
  });

  test('Ctrl-C, Ctrl-Z and Ctrl-D are the business of the command', async () => {
    const terminal = node.cli.onTerminal(['exec', 'd1', '--', 'bash', '--norc'], size);
    await terminal.shows('# ');
    terminal.type('echo before; sleep 1000\n');
    await terminal.shows(/[\r\n]before/);
    terminal.type('\u0003');
    await terminal.shows('^C');
    terminal.type('echo back-$?\n');
    await terminal.shows('back-130');
    // it speaks once it is the one in the foreground: a shell ignores Ctrl-Z
    terminal.type("sh -c 'echo job-$((20 + 3)); exec cat'\n");
    await terminal.shows('job-23');
    terminal.type('\u001a');
    await terminal.shows('Stopped');
    terminal.type('kill -9 %1; wait; echo over-$((20 + 3))\n');
    // an end of input is one at a prompt only
    await terminal.shows(/over-23[^#]*# /);
    terminal.type('\u0004');
    expect((await terminal.exited).exitCode).toBe(0);
  });

  test('a terminal can be asked for, or refused, whatever the client has', async () => {
    const without = await node.insula(['exec', 'd1', '--tty', '--', 'tty']);
    expect(without).toMatchObject({ code: 0 });
    expect(without.stdout).toMatch(/^\/dev\/pts\/\d+\r\n$/);
    const refused = await node.insula(['exec', 'd1', '--no-tty', '--', 'tty'], { tty: size });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stdout).toContain('not a tty');
  });

  test('a client on a terminal that goes away takes the command with it', async () => {
    const stream = await node.openExec('d1', {
      command: ['sh', '-c', 'echo $$; exec sleep 4321'],
      terminal: size,
    });
    await stream.shows(/\d+\r\n/);
    stream.vanish();
    const { code } = await node.exec(
      'd1',
      'for i in $(seq 300); do pgrep -f "^sleep 4321" >/dev/null || exit 0; sleep 0.1; done; exit 1',
    );
    expect(code).toBe(0);
  });

  test('much output over a terminal arrives whole', async () => {
    const stream = await node.openExec('d1', { command: ['seq', '1', '200000'], terminal: size });
    expect(await stream.exit()).toMatchObject({ code: 0 });
    const lines = stream.output.toString().trimEnd().split('\r\n');
    expect(lines.length).toBe(200_000);
    expect(lines.at(-1)).toBe('200000');
  });
});

test('what is typed before the command runs reaches the command, Ctrl-C too', async () => {
  const stream = await node.openExec('d1', {
    command: [
      'bash',
      '-c',
      'trap "echo caught" INT; stty -echo; echo up; read line; read line; echo "got $line"',
    ],
    terminal: size,
  });
  await stream.send('first\r');
  await stream.send('second\r');
  expect(await stream.exit()).toMatchObject({ code: 0 });
  expect(stream.output.toString()).toContain('got second');
  const interrupted = await node.openExec('d1', { command: ['sleep', '100'], terminal: size });
  await interrupted.send('\u0003');
  expect(await interrupted.exit()).toMatchObject({ code: 130 });
});

describe('enter', () => {
  test('gives a login shell of root in its home', async () => {
    const terminal = node.cli.onTerminal(['enter', 'd1'], size);
    terminal.type('echo "$0 $(pwd) $(id -un) $(shopt login_shell)"\n');
    await terminal.shows(/-?\S*bash \/root root login_shell\s+on/);
    terminal.type('exit\n');
    expect((await terminal.exited).exitCode).toBe(0);
  });

  test('gives a login shell of another user', async () => {
    await node.inside('d1', 'adduser --disabled-password --gecos "" anna >/dev/null');
    const terminal = node.cli.onTerminal(['enter', 'd1', '--user', 'anna'], size);
    terminal.type('echo "at $(pwd) as $(id -un)"\n');
    await terminal.shows('at /home/anna as anna');
    terminal.type('exit 9\n');
    expect((await terminal.exited).exitCode).toBe(9);
  });

  test('reads commands from a pipe where there is no terminal', async () => {
    const { code, stdout } = await node.insula(['enter', 'd1'], { input: 'hostname\nexit 5\n' });
    expect(stdout).toContain('d1');
    expect(code).toBe(5);
  });
});
