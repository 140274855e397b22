import type { ParameterValues, VeSpec } from '@insula/contract';
import { FakeCgroups, FakeFiles, FakeMounts } from '@insula/host';
import { expect, test } from 'vitest';
import { Admission } from './admission.ts';

const gibi = 2 ** 30;

async function node(
  running: readonly ParameterValues[],
  layout: 'v2' | 'hybrid' = 'v2',
  disks: readonly string[] = ['254:0'],
) {
  const files = new FakeFiles({ mounts: new FakeMounts() });
  await files.makeDir('/proc');
  await files.makeDir('/sys/devices/system/cpu');
  await files.writeAtomic('/proc/meminfo', 'MemTotal:       8388608 kB\nSwapTotal:       0 kB\n');
  await files.writeAtomic('/sys/devices/system/cpu/online', '0-3\n');
  const cgroups = new FakeCgroups({
    layout,
    unifiedRoot: '/sys/fs/cgroup',
    legacyRoots: {},
    controllers: ['blkio', 'cpu', 'cpuset', 'io', 'memory', 'pids'],
  });
  return new Admission({
    ...{ files, cgroups, pool: { root: '/pool' }, blockDevices: { below: async () => disks } },
    config: { reserve: { memoryPercent: 5, cpuPercent: 5 } },
    running: () => running.map((parameters, index) => ({ uuid: `other${index}`, parameters }) as VeSpec),
  });
}

const spec = (parameters: ParameterValues) => ({ uuid: 'u', name: 'web1', parameters }) as VeSpec;
const running = { runs: true, force: false };

test('promises are kept: what was promised to others and what the node keeps cannot be promised again', async () => {
  const admission = await node([{ vmguarpages: 4 * gibi }, { oomguarpages: 2 * gibi, cpuguarantee: 300 }]);
  expect(await admission.check(spec({ vmguarpages: gibi }), running)).toEqual([]);
  await expect(admission.check(spec({ vmguarpages: 2 * gibi }), running)).rejects.toMatchObject({
    code: 'overcommitted',
    details: { ve: 'web1', resource: 'memory', wanted: '2048 MiB', free: '1638 MiB', total: '8192 MiB' },
  });
  await expect(admission.check(spec({ cpuguarantee: 100 }), running)).rejects.toMatchObject({
    code: 'overcommitted',
    details: { resource: 'CPU time', free: '80% of a core' },
  });
});

test('a VE that does not run is promised nothing yet, but never more than there is', async () => {
  const admission = await node([{ vmguarpages: 7 * gibi }]);
  const stopped = { runs: false, force: false };
  expect(await admission.check(spec({ vmguarpages: 2 * gibi }), stopped)).toEqual([]);
  await expect(admission.check(spec({ vmguarpages: 8 * gibi }), stopped)).rejects.toMatchObject({
    code: 'overcommitted',
  });
});

test('a promise that is forced is said', async () => {
  const admission = await node([]);
  expect(await admission.check(spec({ vmguarpages: 9 * gibi }), { runs: true, force: true })).toEqual([
    'forced: memory of 9216 MiB is promised where 7782 MiB was left',
  ]);
});

test.each([
  [{ cpumask: '0-5' }, 'cpumask: the node has no processor 4-5, only 0-3'],
  [{ nodemask: '1' }, 'nodemask: the node has no NUMA node 1, only 0'],
  [{ cpus: 5 }, 'cpus: the node has 4 processors'],
] as const)('%j is refused on a node without them', async (parameters, message) => {
  await expect((await node([])).check(spec(parameters), running)).rejects.toThrow(message);
});

test('what a host only counts is said, and what it cannot do is refused', async () => {
  const v2 = await node([]);
  expect(await v2.check(spec({ numflock: 100, oomgroup: 1 }), running)).toEqual([
    'numflock 100 is accounted only: Linux limits no file locks; their memory counts into physpages',
  ]);
  const hybrid = await node([], 'hybrid');
  await expect(hybrid.check(spec({ oomgroup: 1 }), running)).rejects.toMatchObject({
    code: 'host_lacks',
    message: 'this host lacks cgroup v2 (memory.oom.group): oomgroup cannot be limited',
  });
  await expect(v2.check(spec({ hugepages: 2 ** 30 }), running)).rejects.toMatchObject({ code: 'host_lacks' });
  expect(await hybrid.check(spec({ oomgroup: 0 }), running)).toEqual([]);
  const memory = { physpages: { barrier: 2 ** 28, limit: 2 ** 29 } };
  expect(await v2.check(spec(memory), running)).toEqual([]);
  expect(await hybrid.check(spec(memory), running)).toEqual(['physpages 256M:512M: its barrier only warns']);
});

test('rates of disks are for pools on disks', async () => {
  const limited = spec({ iolimit: 20 * 2 ** 20, iopslimit: 100 });
  expect(await (await node([])).check(limited, running)).toEqual([]);
  await expect((await node([], 'v2', [])).check(limited, running)).rejects.toMatchObject({
    code: 'host_lacks',
    message: expect.stringContaining('a pool on a disk') as string,
  });
  expect(await (await node([], 'v2', [])).check(spec({}), running)).toEqual([]);
});
