import { expect, test } from 'vitest';
import { RecordingCommandRunner } from '../commands/fake-command-runner.ts';
import { LinuxRunc } from './linux-runc.ts';

const make = () => {
  const commands = new RecordingCommandRunner();
  return {
    commands,
    runc: new LinuxRunc({ commands }, { program: '/usr/sbin/runc', root: '/run/insula/runc' }),
  };
};

test('every command names the root of its own state', async () => {
  const { commands, runc } = make();
  await runc.start('a', 1);
  await runc.delete('a', { force: true });
  await runc.kill('a', 38, { all: true });
  await runc.pause('a');
  await runc.resume('a');
  expect(commands.argvs.map((argv) => argv.join(' '))).toEqual([
    '/usr/sbin/runc --root /run/insula/runc start a',
    '/usr/sbin/runc --root /run/insula/runc delete --force a',
    '/usr/sbin/runc --root /run/insula/runc kill --all a 38',
    '/usr/sbin/runc --root /run/insula/runc pause a',
    '/usr/sbin/runc --root /run/insula/runc resume a',
  ]);
  expect(
    runc.execArgv({ id: 'a', processFile: '/p.json', pidFile: '/p.pid', tty: true, detach: true }),
  ).toEqual([
    ...['/usr/sbin/runc', '--root', '/run/insula/runc', 'exec', '--process', '/p.json'],
    ...['--pid-file', '/p.pid', '--tty', '--detach', 'a'],
  ]);
});

test('an unknown container has no state and is deleted already, other failures are told', async () => {
  const { commands, runc } = make();
  commands.answer(['/usr/sbin/runc'], { exitCode: 1, stderr: 'level=error msg="container does not exist"' });
  expect(await runc.state('a')).toBeNull();
  await runc.delete('a');
  await expect(runc.start('a', 1)).rejects.toThrow('container does not exist');
  commands.answer(['/usr/sbin/runc'], { exitCode: 1, stderr: 'permission denied' });
  await expect(runc.state('a')).rejects.toThrow('permission denied');
  await expect(runc.delete('a')).rejects.toThrow('permission denied');
});

test('a state is what runc prints, reduced to what is used', async () => {
  const { commands, runc } = make();
  const state = {
    ociVersion: '1.0.2',
    id: 'a',
    pid: 7,
    status: 'paused',
    bundle: '/b',
    rootfs: '/r',
    owner: '',
  };
  commands.answer(['/usr/sbin/runc'], { stdout: JSON.stringify(state) });
  expect(await runc.state('a')).toEqual({ id: 'a', status: 'paused', pid: 7, bundle: '/b' });
});
