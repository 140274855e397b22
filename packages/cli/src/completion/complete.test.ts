import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { FakeDaemon, fakeVe } from '../client/fake-daemon.ts';
import { fakeContext } from '../fake-context.ts';
import { run } from '../run.ts';
import { completionScript } from './scripts.ts';

async function complete(line: string, socketPath = '/nowhere/insulad.sock'): Promise<readonly string[]> {
  const context = fakeContext();
  const code = await run(['__complete', ...line.split(' ')], {
    ...context,
    environment: { INSULA_SOCKET: socketPath },
  });
  expect(code).toBe(0);
  return context.stdout.text
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => text.split('\t')[0] ?? '');
}

async function node() {
  const daemon = await FakeDaemon.start();
  daemon.on('GET /v1/ves', () => [
    fakeVe({ name: 'web1' }),
    fakeVe({ name: 'web2' }),
    fakeVe({ name: 'db' }),
  ]);
  daemon.on('GET /v1/templates', () => [{ name: 'debian-12', title: 'Debian 12' }]);
  return daemon;
}

describe('completion', () => {
  test('offers verbs, and what is below a group', async () => {
    expect(await complete('sta')).toEqual(expect.arrayContaining(['status', 'start']));
    expect(await complete('operation ')).toEqual(expect.arrayContaining(['list', 'show', 'cancel']));
    expect(await complete('')).toContain('template');
  });

  test('offers the options of the verb', async () => {
    expect(await complete('create --cpu')).toEqual(expect.arrayContaining(['--cpuunits', '--cpulimit']));
    expect(await complete('create --onb')).toEqual(['--onboot']);
    expect(await complete('set web1 --no-p')).toEqual(['--no-protected']);
    expect(await complete('list --js')).toEqual(['--json']);
    expect(await complete('set web1 --ram')).toEqual(['--ram']);
  });

  test('offers the values of an option, also after an equals sign', async () => {
    expect(await complete('create --onboot ')).toEqual(['yes', 'no', 'auto']);
    expect(await complete('create --onboot=a')).toEqual(['auto']);
    expect(await complete('create --features nesting,tu')).toEqual(['nesting,tun']);
    expect(await complete('list -o ctid,na')).toEqual(['ctid,name']);
  });

  test('offers the names that the node knows', async () => {
    await using daemon = await node();
    expect(await complete('start w', daemon.socketPath)).toEqual(['web1', 'web2']);
    expect(await complete('start web1 d', daemon.socketPath)).toEqual(['db']);
    expect(await complete('create --template ', daemon.socketPath)).toEqual(['debian-12']);
    expect(await complete('rename web1 ', daemon.socketPath)).toEqual([]);
    expect(await complete('exec w', daemon.socketPath)).toEqual(['web1', 'web2']);
  });

  test('offers files and VEs for both sides of a copy', async () => {
    await using daemon = await node();
    expect(await complete('cp d', daemon.socketPath)).toEqual([':files', 'db:']);
  });

  test('leaves what runs inside a VE alone', async () => {
    expect(await complete('exec web1 -- ls -')).toEqual([':files']);
  });

  test('offers topics and verbs to help', async () => {
    expect(await complete('help exi')).toEqual(['exit-codes']);
    expect(await complete('help operation sh')).toEqual(['show']);
  });

  test('is quiet without a daemon', async () => {
    expect(await complete('start ')).toEqual([]);
  });
});

describe('completion scripts', () => {
  test('bash takes its own, and completes through the program', () => {
    const script = `${completionScript('bash')}
      insula() { printf '%s\\n' $'web1\\trunning' $'web2\\tstopped'; printf '%s\\n' "$*" >&2; }
      COMP_LINE='insula start we' COMP_POINT=15 COMP_WORDS=(insula start we) COMP_CWORD=2
      _insula; printf '[%s]' "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-euc', script], { encoding: 'utf8' })).toBe('[web1][web2]');
  });

  test('bash is not given again what stands before a colon or an equals sign', () => {
    const complete = (line: string, candidates: string, breaks = `$' \\t\\n"\\'><=;|&(:'`) =>
      execFileSync(
        'bash',
        [
          '-euc',
          `${completionScript('bash')}
          compopt() { :; }
          insula() { printf '%s\\n' ${candidates}; }
          COMP_WORDBREAKS=${breaks}
          COMP_LINE='${line}' COMP_POINT=${line.length}
          _insula; printf '[%s]' "\${COMPREPLY[@]}"`,
        ],
        { encoding: 'utf8' },
      );
    expect(complete('insula create --onboot=a', 'auto')).toBe('[auto]');
    expect(complete('insula create --onboot=a', 'auto', "' '")).toBe('[--onboot=auto]');
    expect(complete('insula cp web', 'web1:')).toBe('[web1:]');
  });

  test('every shell that is installed can read its script', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      if (!isInstalled(shell)) continue;
      execFileSync(shell, ['-n'], { input: completionScript(shell) });
    }
  });
});

function isInstalled(shell: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${shell}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
