import type { ParameterAmount, ParameterValues } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileLimitChange, compileLimits, controllersNeeded, type LimitWrite } from './compile-limits.ts';
import { encodeLimit } from './encode-limit.ts';
import { parameterRows } from './parameter-values.ts';

const lines = (writes: readonly LimitWrite[]) =>
  writes.map(({ parameter, controller, file, value }) => `${parameter}: ${controller} ${file} = ${value}`);

const values: ParameterValues = { cpuunits: 2000, cpulimit: 150, physpages: 536_870_912, numproc: 400 };

test('limits compile to the files of cgroup v2', () => {
  expect(lines(compileLimits(values, 'v2'))).toEqual([
    'cpuunits: cpu cpu.weight = 200',
    'cpulimit: cpu cpu.max = 150000 100000',
    'physpages: memory memory.max = 536870912',
    'numproc: pids pids.max = 400',
  ]);
});

test.for(['v1', 'hybrid'] as const)('limits compile to the files of cgroup v1 on a %s host', (layout) => {
  expect(lines(compileLimits(values, layout))).toEqual([
    'cpuunits: cpu cpu.shares = 2048',
    'cpulimit: cpu cpu.cfs_quota_us = 150000',
    'physpages: memory memory.limit_in_bytes = 536870912',
    'numproc: pids pids.max = 400',
  ]);
});

test('a VE without parameters gets the defaults, which are the kernel’s own', () => {
  expect(lines(compileLimits({}, 'v2'))).toEqual([
    'cpuunits: cpu cpu.weight = 100',
    'cpulimit: cpu cpu.max = max 100000',
    'physpages: memory memory.max = max',
    'numproc: pids pids.max = max',
  ]);
  expect(lines(compileLimits({}, 'v1'))).toEqual([
    'cpuunits: cpu cpu.shares = 1024',
    'cpulimit: cpu cpu.cfs_quota_us = -1',
    'physpages: memory memory.limit_in_bytes = -1',
    'numproc: pids pids.max = max',
  ]);
});

test('a change writes what differs and nothing else', () => {
  expect(lines(compileLimitChange(values, { ...values, numproc: 'unlimited' }, 'v2'))).toEqual([
    'numproc: pids pids.max = max',
  ]);
  expect(compileLimitChange({}, { cpuunits: 1000 }, 'v2')).toEqual([]);
  // 1004 units and 1000 are the same weight
  expect(compileLimitChange({ cpuunits: 1004 }, { cpuunits: 1000 }, 'v2')).toEqual([]);
});

test('the controllers needed are those that limits are written to', () => {
  for (const layout of ['v1', 'hybrid', 'v2'] as const)
    expect(controllersNeeded(layout)).toEqual(['cpu', 'memory', 'pids']);
});

const amount = (minimum: number, maximum: number): fc.Arbitrary<ParameterAmount> =>
  fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constant('unlimited' as const));

const anyValues: fc.Arbitrary<ParameterValues> = fc.record(
  {
    cpuunits: fc.integer({ min: 8, max: 500_000 }),
    cpulimit: amount(1, 102_400),
    physpages: amount(16_777_216, Number.MAX_SAFE_INTEGER),
    numproc: amount(16, 4_194_304),
  },
  { requiredKeys: [] },
);

test('a change on top of what it comes from gives what it leads to', () => {
  fc.assert(
    fc.property(anyValues, anyValues, fc.constantFrom('v1' as const, 'v2' as const), (from, to, layout) => {
      const files = (writes: readonly LimitWrite[]) =>
        writes.map((write) => [write.file, write.value] as const);
      const after = new Map([
        ...files(compileLimits(from, layout)),
        ...files(compileLimitChange(from, to, layout)),
      ]);
      expect(after).toEqual(new Map(files(compileLimits(to, layout))));
      expect(compileLimitChange(from, from, layout)).toEqual([]);
    }),
  );
});

test('more units never weigh less, and every weight is one that the kernel takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 500_000 }), fc.integer({ min: 8, max: 500_000 }), (one, other) => {
      const [less, more] = one <= other ? [one, other] : [other, one];
      for (const [encoding, least, most] of [
        ['cpu-weight', 1, 10_000],
        ['cpu-shares', 2, 262_144],
      ] as const) {
        const [light, heavy] = [Number(encodeLimit(encoding, less)), Number(encodeLimit(encoding, more))];
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
      const [quota, period] = encodeLimit('cpu-max', percent).split(' ').map(Number);
      expect((quota ?? 0) / (period ?? 1)).toBeCloseTo(percent / 100, 9);
      expect(encodeLimit('cfs-quota', percent)).toBe(String(quota));
      // shorter quotas are refused with EINVAL
      expect(quota).toBeGreaterThanOrEqual(1000);
    }),
  );
});

test('every parameter is written to cgroups of every layout, or is one of the private area', () => {
  for (const layout of ['v1', 'hybrid', 'v2'] as const) {
    const written = new Set(compileLimits({}, layout).map(({ parameter }) => parameter));
    const rest = parameterRows.filter(({ name }) => !(written as ReadonlySet<string>).has(name));
    expect(rest.map(({ name }) => name)).toEqual(['diskspace', 'diskinodes']);
    for (const row of rest) expect(row.volume).toBeDefined();
  }
});
