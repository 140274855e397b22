import type { VeProcess, VeService } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12'] });
const size = { columns: 110, rows: 30 };

beforeAll(async () => {
  await node.create({ name: 'p1', start: true });
  await node.wait('p1');
});

describe('processes', () => {
  test('are those of the VE, with its pids, its users and what they use', async () => {
    const sleeping = node.exec('p1', ['runuser', '-u', 'www-data', '--', 'sleep', '600']);
    await node.inside('p1', 'until pgrep -x sleep; do sleep 0.05; done');
    const processes = await node.api.get<readonly VeProcess[]>('/v1/ves/p1/processes');
    const init = processes.find(({ pid }) => pid === 1);
    expect(init).toMatchObject({ user: 'root', parent: 0, state: 'S' });
    expect(init?.hostPid).toBe((await node.status('p1')).init);
    expect(init?.memoryBytes).toBeGreaterThan(1_000_000);
    expect(Math.abs(Date.parse(init?.startedAt ?? '') - Date.now())).toBeLessThan(600_000);
    const sleep = processes.find(({ command }) => command === 'sleep 600');
    expect(sleep?.user).toBe('www-data');
    expect(String(sleep?.pid)).toBe(await node.inside('p1', 'pgrep -x sleep'));
    const inside = await node.inside('p1', 'ps -e --no-headers -o pid');
    const listed = new Set(inside.split('\n').map(Number));
    const lasting = processes.filter(({ pid }) => listed.has(pid));
    expect(lasting.length).toBeGreaterThan(5);
    const { stdout } = await node.insula(['ps', 'p1', '--no-header', '--sort', 'pid', '-o', 'pid,user']);
    expect(stdout.split('\n')[0]?.trim()).toMatch(/^1 +root$/);
    await node.inside('p1', 'pkill -x sleep');
    await sleeping;
  });

  test('a VE that does not run has none, and says so', async () => {
    await node.create({ name: 'p2' });
    expect((await node.api.refused('GET', '/v1/ves/p2/processes')).code).toBe('wrong_state');
    expect((await node.api.refused('GET', '/v1/ves/p2/services')).code).toBe('wrong_state');
  });
});

test('services are those that systemd has, with what they do', async () => {
  const services = async () => await node.api.get<readonly VeService[]>('/v1/ves/p1/services');
  const stateOf = async (name: string) => (await services()).find((service) => service.name === name);
  expect(await stateOf('cron')).toMatchObject({ state: 'running', start: 'enabled' });
  await node.inside('p1', 'systemctl stop cron');
  expect(await stateOf('cron')).toMatchObject({ state: 'stopped' });
  await node.exec('p1', 'systemd-run --unit bad --service-type=oneshot /bin/false');
  expect(await stateOf('bad')).toMatchObject({ state: 'failed' });
  const { stdout } = await node.insula(['services', 'p1', '--filter', 'state=failed', '--no-header']);
  expect(stdout).toMatch(/^bad +failed/);
});

describe('top', () => {
  test('shows node and VEs on a terminal, sorts, filters, looks inside and leaves it as it was', async () => {
    const terminal = node.cli.onTerminal(['top', '-d', '1'], { ...size, env: { LANG: 'C.UTF-8' } });
    await terminal.shows('\u001b[?1049h');
    await terminal.shows(new RegExp(`${node.name}.*load`));
    await terminal.shows(/CPU%-/);
    await terminal.shows(/101 p1 .*\d+\.\d/);
    terminal.type('m');
    await terminal.shows(/MEMORY-/);
    terminal.type('/nobody\r');
    await terminal.shows('filter "nobody"  0 shown');
    terminal.type('\u001b');
    await terminal.shows(/1 shown/);
    terminal.resize(100, 40);
    terminal.type('\r');
    await terminal.shows('processes of p1');
    await terminal.shows('systemd-journald');
    terminal.type('q');
    expect((await terminal.exited).exitCode).toBe(0);
    expect(terminal.screen().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  });

  test('without a terminal it is a table, or a sample a line', async () => {
    const { code, stdout } = await node.insula(['top']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/CTID +NAME/);
    expect(stdout).toMatch(/101 +p1 /);
    expect(stdout).not.toContain('\u001b');
    const started = node.cli.start(['top', '--json', '-d', '1']);
    for (let lines = 0; lines < 3; ) {
      await new Promise((resolve) => started.child.stdout?.once('data', resolve));
      lines = started.output().stdout.split('\n').length;
    }
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(0);
    expect(JSON.parse(started.output().stdout.split('\n')[1] ?? '')).toMatchObject({ ves: [{ name: 'p1' }] });
  });
});
