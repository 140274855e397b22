import { existsSync } from 'node:fs';
import type { CheckpointCheck } from '@insula/contract';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addUnsavableLink,
  emptyAfterFailure,
  eventually,
  haveCriu,
  removeUnsavableLink,
  run,
  startProgram,
  useNode,
} from '../harness/index.ts';
import { haveWeb } from './have-web.ts';

/* What keeps a running system from being saved is told before anything happens, and what passes by itself is waited for. */

beforeAll(haveCriu);

describe('a VE', () => {
  const node = useNode();
  beforeEach(async () => await haveWeb(node, 'debian-12'));
  emptyAfterFailure(() => [node]);
  const check = async () => await node.api.get<CheckpointCheck>('/v1/ves/web/checkpoint/check');
  const failing = async (verb: string) => await node.api.refused('POST', `/v1/ves/web/${verb}`);

  test('that cannot be saved is told why before anything happens', async () => {
    expect(await check()).toMatchObject({ possible: true, blockers: [] });
    const { init } = await node.status('web');
    const shell = await node.openExec('web', { command: ['sleep', '1000'] });
    await addUnsavableLink(node, 'web');
    await eventually('the command runs', async () =>
      (await check()).blockers.some(({ command }) => command === 'sleep'),
    );
    const { possible, blockers } = await check();
    expect(possible).toBe(false);
    expect(blockers.map(({ kind, subject }) => [kind, subject])).toEqual(
      expect.arrayContaining([
        ['process', expect.any(String)],
        ['interface', 'vx0'],
      ]),
    );
    expect(blockers.find(({ kind }) => kind === 'process')).toMatchObject({ command: 'sleep' });
    expect(await failing('suspend')).toMatchObject({ code: 'checkpoint_blocked' });
    expect(await node.status('web')).toMatchObject({ state: 'running', init });
    await removeUnsavableLink(node, 'web');
    shell.control({ kind: 'signal', signal: 9 });
    await shell.exit();
    expect(await check()).toMatchObject({ possible: true });
  });

  test('that another tool put a program into is told so, and is saved without it', async () => {
    const { init } = await node.status('web');
    const inside = ['nsenter', `--target=${init}`, '--all', '--', 'sh', '-c'];
    await run([...inside, '(setsid sleep 66666 </dev/null >/dev/null 2>&1 &)']);
    await eventually('it is there', async () => !(await check()).possible);
    expect((await check()).blockers).toMatchObject([{ kind: 'process', command: 'sleep' }]);
    expect(await failing('suspend')).toMatchObject({ code: 'checkpoint_blocked' });
    await node.inside('web', 'pkill -x sleep');
    expect(await check()).toMatchObject({ possible: true });
  });

  test('in which a program was stopped is told so where cgroup v1 freezes, and is saved elsewhere', async () => {
    await node.inside('web', '(setsid sleep 77777 >/dev/null 2>&1 &); sleep 0.2; pkill -STOP -x sleep');
    if (existsSync('/sys/fs/cgroup/freezer')) {
      expect((await check()).blockers).toMatchObject([{ kind: 'process', command: 'sleep' }]);
      expect(await failing('suspend')).toMatchObject({ code: 'checkpoint_blocked' });
      await node.inside('web', 'pkill -CONT -x sleep');
    }
    await node.act('suspend', 'web');
    await node.act('resume', 'web');
    const state = existsSync('/sys/fs/cgroup/freezer') ? 'S' : 'T';
    expect(await node.inside('web', 'ps -o stat= -C sleep | cut -c1; pkill -KILL -x sleep')).toBe(state);
  });

  test('a file that is open by a removed name comes back, unless it has another name', async () => {
    await node.inside(
      'web',
      'echo data > /root/a; ln /root/a /root/b; (setsid tail -f /root/a >/dev/null 2>&1 &)',
    );
    await eventually('the file is open', async () => (await node.exec('web', 'pgrep -x tail')).code === 0);
    await node.inside('web', 'rm /root/a');
    expect(await check()).toMatchObject({
      possible: false,
      blockers: [{ kind: 'descriptor', problem: expect.stringContaining('/root/a') }],
    });
    expect(await failing('suspend')).toMatchObject({ code: 'checkpoint_blocked' });
    await node.inside('web', 'rm /root/b');
    await node.act('suspend', 'web');
    await node.act('resume', 'web');
    expect(await node.inside('web', 'cat /proc/$(pgrep -x tail)/fd/3; pkill -x tail')).toBe('data');
  });

  test('in which a connection waits to be accepted is not saved before what was sent over it is safe', async () => {
    const server = [
      'socket my $listener, AF_UNIX, SOCK_STREAM, 0; bind $listener, sockaddr_un("/run/late"); listen $listener, 5;',
      'select undef, undef, undef, 0.1 until -e "/run/now"; sleep 2;',
      'accept my $peer, $listener; open my $got, ">", "/run/got"; print {$got} readline $peer',
    ];
    const client = [
      'socket my $socket, AF_UNIX, SOCK_STREAM, 0; connect $socket, sockaddr_un("/run/late") or die;',
      'syswrite $socket, "sent"; sleep 77777',
    ];
    const start = (name: string, lines: readonly string[]) =>
      `(setsid perl -MSocket -e '$0 = "${name}"; ${lines.join(' ')}' >/dev/null 2>&1 &)`;
    await node.inside('web', start('server', server));
    const listens = async () => (await node.exec('web', 'test -e /run/late')).code === 0;
    await eventually('the server listens', listens);
    const waits = async (problem: RegExp) =>
      await eventually('somebody waits', async () => {
        const { possible, blockers } = await check();
        if (possible) return false;
        expect(blockers).toMatchObject([{ kind: 'socket', command: 'server', passing: true }]);
        return problem.test(blockers[0]?.problem ?? '');
      });
    await node.inside('web', start('client', client));
    await waits(/server has not accepted .* client has sent/);
    expect(await failing('suspend')).toMatchObject({ code: 'checkpoint_blocked' });
    await node.inside('web', 'pkill -x client');
    await waits(/was closed meanwhile/);
    await node.inside('web', 'touch /run/now');
    await node.act('suspend', 'web');
    await node.act('resume', 'web');
    expect(await node.inside('web', 'cat /run/got')).toBe('sent');
  });

  test('in which a connection over TCP waits to be accepted is let go on until it is', async () => {
    const { addresses } = await node.show('web');
    const server = [
      'socket my $listener, AF_INET, SOCK_STREAM, 0; bind $listener, sockaddr_in(7001, INADDR_ANY); listen $listener, 5;',
      'open my $ready, ">", "/run/ready"; select undef, undef, undef, 0.1 until -e "/run/begin"; sleep 1;',
      'accept my $peer, $listener; my $asked = readline $peer; syswrite $peer, "answer to $asked"; readline $peer',
    ];
    const client = [
      'socket my $socket, AF_INET, SOCK_STREAM, 0;',
      `connect $socket, sockaddr_in(7001, inet_aton("${addresses[0]}")) or die $!; syswrite $socket, "asked\\n";`,
      '$| = 1; print "connected\\n"; print scalar readline $socket',
    ];
    await node.inside('web', `(setsid perl -MSocket -e '${server.join(' ')}' >/dev/null 2>&1 &)`);
    const listens = async () => (await node.exec('web', 'test -e /run/ready')).code === 0;
    await eventually('the server listens', listens);
    const asking = startProgram(node.namespace.argv(['perl', '-MSocket', '-e', client.join(' ')]));
    const says = async (text: string) =>
      await eventually(`the client says ${text}`, async () => asking.output().stdout.includes(text));
    await says('connected');
    await node.inside('web', 'touch /run/begin');
    await node.act('suspend', 'web');
    await node.act('resume', 'web');
    await says('answer to asked');
  });
});
