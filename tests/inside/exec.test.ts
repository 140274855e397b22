import { beforeAll, describe, expect, test } from 'vitest';
import { allProcesses, eventually, GuestStream, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  await node.create({ name: 'b1', template: 'busybox', start: true });
  await node.wait('d1');
  await node.wait('b1');
});

describe('how a command ends', () => {
  test('every exit code passes through the API and the command line', async () => {
    for (const code of [0, 1, 2, 42, 100, 126, 127, 128, 200, 254, 255]) {
      const stream = await node.openExec('b1', { command: ['sh', '-c', `exit ${code}`] });
      expect(await stream.exit()).toMatchObject({ kind: 'exit', code, signal: null });
    }
    for (const code of [0, 1, 127, 255]) {
      const { code: seen } = await node.insula(['exec', 'd1', '--', 'sh', '-c', `exit ${code}`]);
      expect(seen).toBe(code);
    }
  });

  test('a command that a signal ended is told as 128 and its number', async () => {
    const { code } = await node.exec('d1', 'kill -TERM $$');
    expect(code).toBe(143);
    const { code: killed } = await node.insula(['exec', 'd1', '--', 'sh', '-c', 'kill -KILL $$']);
    expect(killed).toBe(137);
  });

  test('a command that does not exist, is no program or has no such folder says so with code 125', async () => {
    const missing = await node.insula(['exec', 'd1', '--', '/no/such/program']);
    expect(missing.code).toBe(125);
    expect(missing.stderr).toContain('/no/such/program');
    const noProgram = await node.insula(['exec', 'd1', '--', '/etc/passwd']);
    expect(noProgram.code).toBe(125);
    const noFolder = await node.insula(['exec', 'd1', '--cwd', '/no/such/folder', '--', 'true']);
    expect(noFolder.code).toBe(125);
    expect(noFolder.stderr).toContain('/no/such/folder');
  });

  test('a VE that does not run or does not exist is told with code 125 too', async () => {
    await node.create({ name: 'off', template: 'busybox' });
    const off = await node.insula(['exec', 'off', '--', 'true']);
    expect(off.code).toBe(125);
    expect(off.stderr).toContain('off is stopped');
    const none = await node.insula(['exec', 'none', '--', 'true']);
    expect(none.code).toBe(125);
    expect(none.stderr).toContain('none');
  });
});

describe('what a command is given', () => {
  test('arguments arrive as they are, empty ones and those with blanks, quotes and newlines too', async () => {
    const args = ['', ' a b ', '"', "'", '$HOME', '`id`', 'x\ny', '-n', '--', '*', 'ä€𝄞'];
    const { stdout } = await node.exec('d1', ['printf', '%s|', ...args]);
    expect(stdout).toBe(args.map((arg) => `${arg}|`).join(''));
  });

  test('environment, folder and a clean PATH', async () => {
    const { stdout } = await node.exec('d1', 'pwd; echo "$A|$HOME|$USER|$PATH"', {
      env: { A: 'one two', B: '' },
      cwd: '/var/lib',
    });
    expect(stdout).toBe(
      '/var/lib\none two|/root|root|/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n',
    );
    const line = await node.insula([
      'exec',
      'd1',
      '--env',
      'A=1',
      '--env',
      'B=x=y',
      '--cwd',
      '/tmp',
      '--',
      'sh',
      '-c',
      'pwd; echo $A$B',
    ]);
    expect(line.stdout).toBe('/tmp\n1x=y\n');
  });

  test('nothing of the environment of the daemon or of the client leaks in', async () => {
    const { stdout } = await node.insula(['exec', 'd1', '--', 'env'], { env: { SECRET_OF_CLIENT: 'x' } });
    expect(stdout).not.toMatch(/INSULA|SECRET|NODE_/);
  });

  test('a user by name, by number and with another group, with the memberships of that user', async () => {
    await node.inside(
      'd1',
      'adduser --disabled-password --gecos "" anna >/dev/null && adduser anna games >/dev/null',
    );
    const id = async (user: string) =>
      await node.exec('d1', 'id -un; id -gn; id -Gn; echo $HOME; pwd', { user });
    expect((await id('anna')).stdout).toMatch(/^anna\nanna\nanna.*\bgames\b.*\n\/home\/anna\n\/\n$/);
    expect((await id('anna:staff')).stdout).toMatch(/^anna\nstaff\nstaff\n/);
    expect((await node.exec('d1', 'id -u; id -g', { user: '4711' })).stdout).toBe('4711\n4711\n');
    expect((await node.exec('d1', 'id -u; id -g', { user: '4711:12' })).stdout).toBe('4711\n12\n');
    await expect(node.exec('d1', 'true', { user: 'nobody-at-all' })).rejects.toThrow('user_not_found');
    await expect(node.exec('d1', 'true', { user: '70000' })).rejects.toThrow('user_not_found');
  });

  test('a user other than root has no capability, and gets none by a hostile passwd file', async () => {
    const caps = async (user: string) =>
      (await node.exec('d1', 'grep CapEff /proc/self/status', { user })).stdout.split(/\s+/)[1];
    expect(await caps('anna')).toBe('0000000000000000');
    await node.inside('d1', 'cp /etc/passwd /etc/passwd.sound; echo "evil:x:99999999:0:::" >> /etc/passwd');
    await expect(caps('evil')).rejects.toThrow('user_not_found');
    await node.inside('d1', 'rm /etc/passwd; ln -s /proc/1/environ /etc/passwd');
    await expect(caps('anna')).rejects.toThrow(/user_not_found|exec_failed/);
    // numbers need no file
    expect((await node.exec('d1', ['id', '-u'], { user: '1000' })).stdout).toBe('1000\n');
    await node.inside('d1', 'mv -f /etc/passwd.sound /etc/passwd');
  });

  test('the first frame must be a request, and each bad field is named', async () => {
    const open = async (request: string) =>
      await GuestStream.open(node.paths.socket, '/v1/ves/d1/exec', request);
    await expect((await open('no json')).exit()).rejects.toThrow('malformed_request');
    await expect((await open('{"command":"ls"}')).exit()).rejects.toThrow('invalid_input: command');
    await expect((await open('{"command":[],"tty":true}')).exit()).rejects.toThrow(
      'unknown_field: unknown field tty',
    );
    await expect((await open('{"command":["a"],"cwd":"x"}')).exit()).rejects.toThrow('invalid_input: cwd');
    await expect((await open('{"command":["a\\u0000b"]}')).exit()).rejects.toThrow(
      'invalid_input: command.0',
    );
    await expect((await open('{"command":["a"],"env":{"A=B":"1"}}')).exit()).rejects.toThrow('env');
  });
});

describe('a command and its client', () => {
  /** Nobody else sleeps as long as this process's number says. */
  const marker = `sleep ${process.pid}54321`;
  const isThere = () => allProcesses().some(({ command }) => command === marker);

  test('a command whose client was killed ends', async () => {
    const client = node.cli.start(['exec', 'b1', '--', ...marker.split(' ')]);
    await eventually('the command runs', isThere);
    client.child.kill('SIGKILL');
    await client.ended;
    await eventually('the command has ended', () => !isThere());
  });

  test('a command that ignores SIGHUP ends with its client as well', async () => {
    const command = ['sh', '-c', `trap '' HUP; ${marker} & echo up; wait; sleep 5`];
    const shell = () => allProcesses().filter((found) => found.command === command.join(' '));
    const stream = await node.openExec('b1', { command });
    await stream.shows('up');
    expect(shell()).toHaveLength(1);
    stream.vanish();
    await eventually('the shell has ended', () => shell().length === 0);
    for (const { command: found, pid } of allProcesses()) if (found === marker) process.kill(pid, 'SIGKILL');
  });

  test('commands run by an earlier daemon end with it, and leave no files', async () => {
    const stream = await node.openExec('b1', { command: ['sh', '-c', `echo up; ${marker}`] });
    await stream.shows('up');
    await node.kill9();
    await node.start();
    await expect(stream.exit()).rejects.toThrow('connection was lost');
    await eventually('the command has ended', () => !isThere());
  });

  test('fifty commands at once all answer with their own output', async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map(async (number) => await node.exec('d1', `echo ${number}; exit ${number}`)),
    );
    expect(answers.map(({ code, stdout }) => `${code} ${stdout.trim()}`)).toEqual(
      numbers.map((number) => `${number} ${number}`),
    );
  });

  test('no run leaves files behind', async () => {
    const { readdirSync } = await import('node:fs');
    const { uuid } = await node.show('d1');
    await eventually('no files of runs', () => readdirSync(`${node.paths.run}/ve/${uuid}/exec`).length === 0);
  });
});
