import type { JournalEntry, Problem, VeProcess, VeService } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'debian-12-sysvinit', 'busybox'] });

beforeAll(async () => {
  await node.create({ name: 'systemd', start: true });
  await node.create({ name: 'sysv', template: 'debian-12-sysvinit', start: true });
  await node.create({ name: 'plain', template: 'busybox', start: true });
  for (const ve of ['systemd', 'sysv', 'plain']) await node.wait(ve);
});

const act = async (ve: string, action: string, service = 'cron') =>
  await node.api.call<VeService & Problem>(
    'POST',
    `/v1/ves/${ve}/services/${encodeURIComponent(service)}/${action}`,
  );

describe.each(['systemd', 'sysv'])('services of %s', (ve) => {
  test('are stopped, started and restarted, and the answer says what they do then', async () => {
    expect(await act(ve, 'stop')).toMatchObject({ status: 200, body: { name: 'cron', state: 'stopped' } });
    expect(await node.inside(ve, 'pgrep -x cron || echo none')).toBe('none');
    expect(await act(ve, 'start')).toMatchObject({ status: 200, body: { name: 'cron', state: 'running' } });
    const before = await node.inside(ve, 'pgrep -x cron');
    expect(await act(ve, 'restart')).toMatchObject({ body: { state: 'running' } });
    expect(await node.inside(ve, 'pgrep -x cron')).not.toBe(before);
    const { stdout, code } = await node.insula(['service', 'stop', ve, 'cron']);
    expect(code).toBe(0);
    expect(stdout).toContain('stopped');
    await act(ve, 'start');
  });

  test('start at boot or not', async () => {
    const links =
      'ls /etc/rc2.d/S*cron /etc/systemd/system/multi-user.target.wants/cron.service 2>/dev/null | wc -l';
    expect(await act(ve, 'disable')).toMatchObject({ status: 200 });
    expect(
      await node.inside(ve, ve === 'sysv' ? 'ls /etc/rc2.d/S*cron 2>/dev/null | wc -l' : `${links}`),
    ).toBe(ve === 'sysv' ? '0' : await node.inside(ve, 'ls /etc/rc2.d/S*cron 2>/dev/null | wc -l'));
    if (ve === 'systemd') expect((await act(ve, 'stop')).body.start).toBe('disabled');
    expect(await act(ve, 'enable')).toMatchObject({ status: 200 });
    expect((await act(ve, 'start')).body).toMatchObject({
      state: 'running',
      start: ve === 'systemd' ? 'enabled' : null,
    });
  });

  test('that it has not, or that refuse, are said with their reason', async () => {
    expect(await act(ve, 'start', 'none-such')).toMatchObject({
      status: 404,
      body: { code: 'service_not_found' },
    });
    expect((await node.insula(['service', 'start', ve, 'none-such'])).code).toBe(3);
    await node.inside(
      ve,
      'printf "#!/bin/sh\\necho it is broken; exit 1\\n" > /etc/init.d/broken; chmod +x /etc/init.d/broken',
    );
    if (ve === 'systemd')
      await node.inside(
        ve,
        'printf "[Service]\\nType=oneshot\\nExecStart=/bin/false\\n" > /etc/systemd/system/broken.service; systemctl daemon-reload',
      );
    const refused = await act(ve, 'start', 'broken');
    expect(refused).toMatchObject({ status: 409, body: { code: 'service_refused' } });
    expect(refused.body.detail).toMatch(ve === 'systemd' ? /Job for broken/ : /it is broken/);
  });

  test('with names that are none are refused before anything runs in the VE', async () => {
    for (const name of [
      '--help',
      '-H',
      'a b',
      'a;b',
      '../cron',
      '/etc/init.d/cron',
      '$(id)',
      'cron\n',
      '*',
      '',
    ])
      expect([400, 404]).toContain((await act(ve, 'start', name)).status);
    expect((await act(ve, 'start', '--help')).body.code).toBe('invalid_input');
  });
});

test('a VE whose init has no services says so', async () => {
  expect(await act('plain', 'start')).toMatchObject({ status: 409, body: { code: 'no_services' } });
});

describe('the journal', () => {
  const journal = async (more: Readonly<Record<string, string>> = {}) =>
    await node.api.get<readonly JournalEntry[]>(
      `/v1/ves/systemd/journal?${new URLSearchParams(more).toString()}`,
    );

  test('is read by service, page by page backwards, and followed', async () => {
    await node.inside(
      'systemd',
      'for i in 1 2 3 4 5; do echo "line $i" | systemd-cat -t insula-test -p warning; done; printf "\\377\\033[31mred\\n" | systemd-cat -t insula-test; journalctl --sync',
    );
    const all = (await journal({ lines: '1000' })).filter(({ source }) => source === 'insula-test');
    expect(all.slice(0, 5).map(({ text, priority }) => [text, priority])).toEqual(
      [1, 2, 3, 4, 5].map((index) => [`line ${index}`, 4]),
    );
    expect(all[5]?.text).toContain('red');
    const third = all[2]?.cursor ?? '';
    expect((await journal({ before: third, lines: '2' })).map(({ cursor }) => cursor)).toEqual(
      all.slice(0, 2).map(({ cursor }) => cursor),
    );
    const after = await journal({ after: third });
    expect(after[0]?.text).toBe('line 4');
    await act('systemd', 'restart');
    const ofCron = await journal({ service: 'cron' });
    expect(ofCron.length).toBeGreaterThan(0);
    expect(ofCron.every(({ source }) => /cron|systemd/i.test(source))).toBe(true);
    const { stdout, code } = await node.insula(['journal', 'systemd', '--lines', '3', '--no-header']);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(3);
  });

  test('is refused where there is none, and cursors and names that are none are', async () => {
    expect((await node.api.refused('GET', '/v1/ves/sysv/journal')).code).toBe('no_journal');
    expect((await node.api.refused('GET', '/v1/ves/plain/journal')).code).toBe('no_journal');
    for (const query of ['after=--help%0A', 'service=-x', 'before=a%20b', 'lines=0'])
      expect((await node.api.refused('GET', `/v1/ves/systemd/journal?${query}`)).code).toBe('invalid_input');
    expect((await node.api.refused('GET', '/v1/ves/systemd/journal?after=nonsense')).code).toBe('no_journal');
  });
});

describe('signals', () => {
  const processes = async (ve: string) => await node.api.get<readonly VeProcess[]>(`/v1/ves/${ve}/processes`);
  const signal = async (ve: string, body: object) =>
    await node.api.call<Problem>('POST', `/v1/ves/${ve}/signal`, body);

  test.each(['systemd', 'plain'])(
    'reach a process of %s by its number inside, and never its init',
    async (ve) => {
      const sleeping = node.exec(ve, ['sleep', '1234']);
      const find = async () => (await processes(ve)).find(({ command }) => command === 'sleep 1234');
      const found = await eventually('the process runs', find);
      expect(await signal(ve, { pid: found.pid, signal: 'STOP' })).toMatchObject({ status: 200 });
      await eventually('it stands still', async () => (await find())?.state === 'T');
      expect(await node.insula(['signal', ve, String(found.pid), 'KILL'])).toMatchObject({ code: 0 });
      await sleeping;
      expect(await find()).toBeUndefined();
      expect(await signal(ve, { pid: 1, signal: 'KILL' })).toMatchObject({
        body: { code: 'process_protected' },
      });
      expect(await signal(ve, { pid: 4_194_304 })).toMatchObject({ body: { code: 'process_not_found' } });
      // what is meant for a number on the node, or in another VE, finds nobody
      expect(await signal(ve, { pid: node.daemonPid ?? 0 })).toMatchObject({ status: 404 });
      expect((await node.status(ve)).state).toBe('running');
    },
  );
});
