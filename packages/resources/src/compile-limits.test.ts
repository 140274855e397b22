import type { CgroupControl, ParameterAmount, ParameterValues } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compileLimitChange,
  compileLimits,
  controllersNeeded,
  controlsOf,
  type LimitWrite,
} from './compile-limits.ts';
import { encodeLimit } from './encode-limit.ts';
import { completeValues, parameterRows } from './parameter-values.ts';

const lines = (writes: readonly LimitWrite[]) =>
  writes.map(({ parameter, controller, file, value }) => `${parameter}: ${controller} ${file} = ${value}`);

const target = { seed: 101, processors: [0, 1, 2, 3], disks: ['8:0', '8:16'] };
const change = (from: ParameterValues, to: ParameterValues, layout: 'v1' | 'hybrid' | 'v2') =>
  lines(compileLimitChange(from, to, layout, target));

const values: ParameterValues = { cpuunits: 2000, cpulimit: 150, physpages: 536_870_912, numproc: 400 };

test('limits compile to the files of cgroup v2', () => {
  expect(change({}, values, 'v2')).toEqual([
    'cpuunits: cpu cpu.weight = 200',
    'cpulimit: cpu cpu.max = 150000 100000',
    'physpages: memory memory.max = 536870912',
    'numproc: pids pids.max = 400',
  ]);
});

test.for(['v1', 'hybrid'] as const)('limits compile to the files of cgroup v1 on a %s host', (layout) => {
  expect(change({}, values, layout)).toEqual([
    'cpuunits: cpu cpu.shares = 2048',
    'cpulimit: cpu cpu.cfs_quota_us = 150000',
    'physpages: memory memory.limit_in_bytes = 536870912',
    'numproc: pids pids.max = 400',
  ]);
});

test('a VE without parameters gets the defaults, which are the kernel’s own', () => {
  expect(lines(compileLimits({}, 'v2', target))).toEqual([
    'cpuunits: cpu cpu.weight = 100',
    'cpulimit: cpu cpu.max = max 100000',
    'cpuburst: cpu cpu.max.burst = 0',
    'cpus: cpuset cpuset.cpus = ',
    'nodemask: cpuset cpuset.mems = ',
    'physpages: memory memory.max = max',
    'physpages: memory memory.high = max',
    'swappages: memory memory.swap.max = max',
    'vmguarpages: memory memory.min = 0',
    'oomguarpages: memory memory.low = 0',
    'hugepages: hugetlb hugetlb.2MB.max = max',
    'oomgroup: memory memory.oom.group = 0',
    'numproc: pids pids.max = max',
    'ioprio: io io.weight = default 100',
    'iolimit: io io.max = 8:0 rbps=max wbps=max riops=max wiops=max\n8:16 rbps=max wbps=max riops=max wiops=max',
  ]);
});

test('barrier and limit of memory are slowing down and refusing', () => {
  const pair = { physpages: { barrier: 2 ** 28, limit: 2 ** 29 } };
  expect(change({}, pair, 'v2')).toEqual([
    'physpages: memory memory.max = 536870912',
    'physpages: memory memory.high = 268435456',
  ]);
});

test('processors are a share of those online, and a cap', () => {
  expect(change({}, { cpus: 2, cpulimit: 300 }, 'v2')).toEqual([
    'cpulimit: cpu cpu.max = 200000 100000',
    'cpus: cpuset cpuset.cpus = 2-3',
  ]);
  expect(change({}, { cpumask: '0,3' }, 'v1')).toEqual(['cpus: cpuset cpuset.cpus = 0,3']);
  expect(change({}, { cpus: 4 }, 'v2')).toEqual(['cpulimit: cpu cpu.max = 400000 100000']);
});

test('disks are limited one by one', () => {
  expect(change({}, { iopslimit: 500 }, 'hybrid')).toEqual([
    'iopslimit: blkio blkio.throttle.read_iops_device = 8:0 500\n8:16 500',
    'iopslimit: blkio blkio.throttle.write_iops_device = 8:0 500\n8:16 500',
  ]);
});

test('what may not be below another is lifted out of the way first', () => {
  const small = { physpages: 2 ** 28, swappages: 2 ** 27 };
  const large = { physpages: 2 ** 30, swappages: 2 ** 27 };
  expect(change({}, small, 'v1')).toEqual([
    'physpages: memory memory.limit_in_bytes = 268435456',
    'swappages: memory memory.memsw.limit_in_bytes = 402653184',
  ]);
  expect(change(small, large, 'v1')).toEqual([
    'swappages: memory memory.memsw.limit_in_bytes = -1',
    'physpages: memory memory.limit_in_bytes = 1073741824',
    'swappages: memory memory.memsw.limit_in_bytes = 1207959552',
  ]);
  const burst = { cpulimit: 100, cpuburst: 80 };
  expect(change(burst, { cpulimit: 90, cpuburst: 80 }, 'v2')).toEqual([
    'cpuburst: cpu cpu.max.burst = 0',
    'cpulimit: cpu cpu.max = 90000 100000',
    'cpuburst: cpu cpu.max.burst = 80000',
  ]);
});

test('a change writes what differs and nothing else', () => {
  expect(change(values, { ...values, numproc: 'unlimited' }, 'v2')).toEqual(['numproc: pids pids.max = max']);
  expect(change({}, { cpuunits: 1000 }, 'v2')).toEqual([]);
  // 1004 units and 1000 are the same weight
  expect(change({ cpuunits: 1004 }, { cpuunits: 1000 }, 'v2')).toEqual([]);
});

test('the controllers needed are those that limits are written to', () => {
  expect(controllersNeeded('v2')).toEqual(['cpu', 'cpuset', 'hugetlb', 'io', 'memory', 'pids']);
  for (const layout of ['v1', 'hybrid'] as const)
    expect(controllersNeeded(layout)).toEqual(['blkio', 'cpu', 'cpuset', 'hugetlb', 'memory', 'pids']);
});

const amount = (minimum: number, maximum: number): fc.Arbitrary<ParameterAmount> =>
  fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constant('unlimited' as const));

const anyValues: fc.Arbitrary<ParameterValues> = fc.record(
  {
    cpuunits: fc.integer({ min: 8, max: 500_000 }),
    cpulimit: amount(1, 102_400),
    cpuburst: fc.integer({ min: 0, max: 1000 }),
    cpus: amount(1, 8),
    physpages: amount(16_777_216, 2 ** 40),
    swappages: amount(0, 2 ** 40),
    numproc: amount(16, 4_194_304),
    iolimit: amount(65_536, 2 ** 40),
  },
  { requiredKeys: [] },
);

test('a change on top of what it comes from gives what it leads to', () => {
  fc.assert(
    fc.property(anyValues, anyValues, fc.constantFrom('v1' as const, 'v2' as const), (from, to, layout) => {
      const files = (writes: readonly LimitWrite[]) =>
        writes.map((write) => [write.file, write.value] as const);
      const after = new Map([
        ...files(compileLimits(from, layout, target)),
        ...files(compileLimitChange(from, to, layout, target)),
      ]);
      expect(after).toEqual(new Map(files(compileLimits(to, layout, target))));
      expect(compileLimitChange(from, from, layout, target)).toEqual([]);
    }),
  );
});

const encoded = (encode: CgroupControl['encode'], given: ParameterValues, of: keyof ParameterValues) =>
  encodeLimit({ encode }, completeValues(given)[of], completeValues(given), target);

test('more units never weigh less, and every weight is one that the kernel takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 500_000 }), fc.integer({ min: 8, max: 500_000 }), (one, other) => {
      const [less, more] = one <= other ? [one, other] : [other, one];
      for (const [encoding, least, most] of [
        ['cpu-weight', 1, 10_000],
        ['cpu-shares', 2, 262_144],
      ] as const) {
        const weight = (cpuunits: number) => Number(encoded(encoding, { cpuunits }, 'cpuunits'));
        const [light, heavy] = [weight(less), weight(more)];
        expect(light).toBeLessThanOrEqual(heavy);
        expect(light).toBeGreaterThanOrEqual(least);
        expect(heavy).toBeLessThanOrEqual(most);
      }
    }),
  );
});

test('a cap of CPU time is that share of the period', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 102_400 }), (percent) => {
      const [quota, period] = encoded('cpu-max', { cpulimit: percent }, 'cpulimit').split(' ').map(Number);
      expect((quota ?? 0) / (period ?? 1)).toBeCloseTo(percent / 100, 9);
      expect(encoded('cfs-quota', { cpulimit: percent }, 'cpulimit')).toBe(String(quota));
      // shorter quotas are refused with EINVAL
      expect(quota).toBeGreaterThanOrEqual(1000);
    }),
  );
});

test('every file of every row is written for some value', () => {
  for (const layout of ['v1', 'hybrid', 'v2'] as const) {
    const written = new Set(compileLimits({}, layout, target).map(({ file }) => file));
    for (const row of parameterRows)
      for (const { file } of controlsOf(row, layout)) expect(written).toContain(file);
  }
});
