import { readFileSync } from 'node:fs';
import type { HistoryPoint, Reading } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, run, useNode } from '../harness/index.ts';
import { dashboardExpressions, Prometheus, shippedConfig, shippedRules } from './prometheus.ts';

const port = 9477;
const node = useNode({
  templates: ['busybox'],
  config: { monitoring: { intervalSeconds: 1, port } },
});
let prometheus: Prometheus;

beforeAll(async () => {
  await node.create({
    name: 'm1',
    template: 'busybox',
    parameters: { physpages: 64 * 2 ** 20, numproc: 40, cpulimit: 10 },
    start: true,
  });
  await node.wait('m1');
  prometheus = await Prometheus.start(node, port);
});
afterAll(async () => await prometheus.stop());

/** The value of an expression that has one series. */
const measured = async (expression: string) => Number((await prometheus.query(expression))[0]?.value[1]);
const historyOf = async (path: string, query: string) =>
  await node.api.get<readonly HistoryPoint[]>(`/v1/${path}/history?${query}`);

test('Prometheus takes every line, with the types that it says', async () => {
  expect(await prometheus.scrapeError()).toBe('');
  const metadata = await run(
    node.namespace.argv([
      'curl',
      '-sS',
      'http://127.0.0.1:9090/api/v1/metadata?metric=insula_ve_cpu_seconds',
    ]),
  );
  expect(JSON.parse(metadata)).toMatchObject({
    data: { insula_ve_cpu_seconds: [{ type: 'counter', unit: 'seconds' }] },
  });
  expect(await measured('scrape_samples_scraped')).toBeGreaterThan(50);
  const { headers, body } = await node.api.call<string>('GET', '/v1/metrics');
  expect(headers['content-type']).toContain('application/openmetrics-text; version=1.0.0');
  expect(body.endsWith('\n# EOF\n')).toBe(true);
});

test('a VE that works is seen to: what Prometheus has is what the kernel counts', async () => {
  // little, which it gets on a machine that is busy, too
  const busy = await node.openExec('m1', { command: ['sh', '-c', 'while :; do :; done'] });
  await eventually('a tenth of a processor is used', async () => {
    const cores = await measured('sum(rate(insula_ve_cpu_seconds_total{ve="m1"}[5s]))');
    return cores > 0.05 && cores < 0.15;
  });
  expect(await measured('rate(insula_ve_cpu_throttled_periods_total{ve="m1"}[5s])')).toBeGreaterThan(0);
  busy.control({ kind: 'signal', signal: 9 });
  expect(await measured('insula_ve_memory_limit_bytes{ve="m1"}')).toBe(64 * 2 ** 20);
  expect(await measured('insula_ve_processes_limit{ve="m1"}')).toBe(40);
  expect(await measured('insula_ve_cpu_limit_cores{ve="m1"}')).toBe(0.1);
  expect(await measured('insula_node_ves{state="running"}')).toBe(1);
  expect(await measured('insula_node_memory_bytes')).toBe(
    Number(/^MemTotal: +(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024,
  );
  await busy.exit();
});

test('shipped rules are sound, and fire when a VE is out of memory and out of processes', async () => {
  await run(['promtool', 'check', 'rules', shippedRules]);
  await run(['promtool', 'check', 'config', '--syntax-only', shippedConfig]);
  const firing = async () =>
    (await prometheus.query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric['alertname']);
  expect(await firing()).toEqual([]);
  await node.exec('m1', `head -c ${200 * 2 ** 20} /dev/zero | tail -c ${200 * 2 ** 20} | wc -c`);
  await node.exec('m1', 'for i in $(seq 60); do sleep 3 & done; wait');
  await eventually('both alerts fire', async () => {
    const names = await firing();
    return names.includes('InsulaVeOutOfMemory') && names.includes('InsulaVeProcessesRefused');
  });
});

test('every panel of the shipped dashboard shows something', async () => {
  // past the page cache: what is written from there later counts for nobody on cgroup v1
  const [there, back] = [
    'if=/dev/zero of=/root/big bs=1M count=4 oflag=direct',
    'if=/root/big of=/dev/null iflag=direct bs=1M',
  ];
  await node.inside('m1', `dd ${there} && dd ${back}`);
  for (const done of ['writes', 'reads'])
    await eventually(
      `${done} are seen`,
      async () => (await measured(`insula_ve_disk_${done}_total{ve="m1"}`)) > 0,
    );
  const expressions = dashboardExpressions();
  expect(expressions.length).toBeGreaterThan(15);
  // a VE without a limit, and a volume in a folder, have nothing to show there
  const mayBeEmpty = /insula_ve_volume_/;
  for (const expression of expressions)
    if (!mayBeEmpty.test(expression))
      // a rate needs two samples
      await eventually(expression, async () => (await prometheus.query(expression)).length > 0);
});

test('history has what was used, by sample and put together, and survives the daemon', async () => {
  const raw = await historyOf('ves/m1', 'metric=cpu&resolution=raw');
  expect(Math.max(...raw.map(({ max }) => max))).toBeGreaterThan(0.05);
  expect(raw.every(({ seconds, min, max }) => seconds === 1 && min === max)).toBe(true);
  expect((await historyOf('node', 'metric=memory&last=5m')).length).toBeGreaterThan(3);
  await node.kill9();
  await node.start();
  expect((await historyOf('ves/m1', 'metric=cpu&resolution=raw')).slice(0, raw.length)).toEqual(raw);
  const { stdout, code } = await node.insula(['history', 'm1', '--metric', 'memory', '--last', '5m']);
  expect(code).toBe(0);
  expect(stdout.split('\n')[0]).toMatch(/FROM +MIN +AVG +MAX/);
  const refused = await node.api.refused('GET', '/v1/ves/m1/history?last=5x');
  expect(refused.code).toBe('invalid_input');
});

test('a node whose history is lost has its VEs, and a new history', async () => {
  await node.stop();
  for (const end of ['', '-wal', '-shm']) await run(['rm', '-f', `${node.paths.state}/history.db${end}`]);
  await node.start();
  expect(await node.status('m1')).toMatchObject({ state: 'running' });
  await eventually('there is history again', async () => (await historyOf('ves/m1', '')).length > 0);
});

test('whoever watches gets samples as often as wanted', async () => {
  const stream = await node.api.open('GET', '/v1/readings?interval=1');
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.split('\n\n').length > 3) break;
  }
  const [first, second] = text
    .split('\n\n')
    .map((event) => JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null') as Reading);
  expect(second?.ves[0]).toMatchObject({ name: 'm1' });
  expect(second?.ves[0]?.values.processes).toBeGreaterThan(0);
  expect(Date.parse(second?.at ?? '')).toBeGreaterThan(Date.parse(first?.at ?? ''));
});
