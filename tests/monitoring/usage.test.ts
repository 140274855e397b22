import { existsSync, readFileSync } from 'node:fs';
import type { VeUsage } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Internet, useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['busybox'],
  config: {
    monitoring: { intervalSeconds: 300 },
    network: { classes: [{ class: 3, prefixes: ['192.0.2.0/24'] }] },
  },
});
let internet: Internet;

beforeAll(async () => {
  internet = await Internet.behind(node.namespace);
  await node.create({ name: 'u1', template: 'busybox', start: true });
  await node.wait('u1');
});
afterAll(async () => await internet.close());

const usage = async (ve = 'u1') => (await node.api.get<readonly VeUsage[]>(`/v1/usage?ve=${ve}`))[0];

/** CPU seconds that the kernel has counted for this run of the VE. */
async function counted(): Promise<number> {
  const { ctid } = await node.show('u1');
  const group = `${node.config.cgroupParent}/ve/${ctid}`;
  const roots = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].map((root) => `${root}/${group}/cpu.stat`);
  const text = readFileSync(roots.find((path) => existsSync(path)) ?? '', 'utf8');
  return Number(/^usage_usec (\d+)/m.exec(text)?.[1]) / 1e6;
}
const burn = async () => await node.exec('u1', 'timeout 1 sh -c "while :; do :; done"');

test('CPU time is exact over restarts of the VE, and kills and restarts of the daemon', async () => {
  let earlier = 0;
  await burn();
  earlier += await counted();
  await node.act('restart', 'u1');
  await node.wait('u1');
  const before = (await usage())?.cpuSeconds ?? 0;
  // a shutdown takes some, too
  expect(before).toBeGreaterThanOrEqual(earlier);
  await burn();
  await node.kill9();
  await node.start();
  await burn();
  await node.restart();
  const total = await counted();
  const now = (await usage())?.cpuSeconds ?? 0;
  expect(now - before).toBeLessThanOrEqual(total + 0.2);
  expect(now).toBeGreaterThanOrEqual(earlier + total - 0.2);
  expect(now).toBeLessThanOrEqual(before + total + 0.2);
});

test('traffic is counted by class, and memory for as long as it runs', async () => {
  const ping = `ping -c5 -s 972 ${internet.serverAddress}`;
  await node.inside('u1', ping);
  const row = await usage();
  expect(row?.traffic.find((one) => one.class === 3)).toMatchObject({ inBytes: 5000, outBytes: 5000 });
  expect(row?.memoryByteHours).toBeGreaterThan(0);
  expect(row?.runningSeconds).toBeGreaterThan(3);
  await node.act('restart', 'u1');
  await node.wait('u1');
  await node.inside('u1', ping);
  expect((await usage())?.traffic.find((one) => one.class === 3)).toMatchObject({ outBytes: 10_000 });
});

test('what a destroyed VE used is still there, as a table, JSON and CSV', async () => {
  await node.create({ name: 'u2', template: 'busybox', start: true });
  await node.wait('u2');
  const { uuid } = await node.show('u2');
  await node.destroy('u2');
  const gone = await usage(uuid);
  expect(gone).toMatchObject({ name: 'u2', uuid });
  expect(gone?.cpuSeconds).toBeGreaterThan(0);
  const table = await node.insula(['usage', 'list', '--no-header', '-o', 'name']);
  expect(table.stdout.trim().split('\n').sort()).toEqual(['u1', 'u2']);
  const { stdout } = await node.insula(['usage', 'export']);
  const [header = '', ...lines] = stdout.trimEnd().split('\r\n');
  expect(header).toContain('cpuSeconds,memoryByteHours');
  expect(header).toContain('class3.outBytes');
  expect(lines).toHaveLength(2);
  expect(lines.every((line) => line.split(',').length === header.split(',').length)).toBe(true);
  expect((await node.api.refused('GET', '/v1/usage?month=2026-13')).code).toBe('invalid_input');
  expect((await node.api.refused('GET', '/v1/usage?ve=nobody')).code).toBe('ve_not_found');
  expect(await node.api.get('/v1/usage?month=2001-01')).toEqual([]);
});
