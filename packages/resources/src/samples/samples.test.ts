import type { ParameterValues } from '@insula/contract';
import { expect, test } from 'vitest';
import { checkParameters } from '../parameter-values.ts';
import { findInconsistencies } from './consistency.ts';
import { scaleParameters, splitNode } from './derive.ts';
import { shippedSamples } from './shipped.ts';

const mebi = 2 ** 20;
const gibi = 2 ** 30;
const capacity = {
  total: { memoryBytes: 8 * gibi, cpuPercent: 400 },
  reserve: { memoryBytes: gibi / 2, cpuPercent: 20 },
  swapBytes: gibi,
};

test('what is shipped is consistent, and each has another name', () => {
  for (const { parameters, name } of shippedSamples) {
    expect(checkParameters(parameters), name).toEqual(parameters);
    expect(findInconsistencies(parameters), name).toEqual([]);
  }
  expect(new Set(shippedSamples.map(({ name }) => name)).size).toBe(shippedSamples.length);
});

const lines = (values: ParameterValues) =>
  findInconsistencies(values).map(
    ({ severity, parameter, problem }) => `${severity}: ${parameter}: ${problem}`,
  );

test.each<[ParameterValues, string]>([
  [{ numproc: { barrier: 100, limit: 200 } }, 'error: numproc: its barrier and its limit should be equal'],
  [
    { kmemsize: mebi, numproc: 240 },
    'error: kmemsize: it should be at least 4800K (40K for each of half of numproc, and dcachesize)',
  ],
  [
    { tcpsndbuf: { barrier: 300_000, limit: 400_000 }, numtcpsock: 360 },
    'error: tcpsndbuf: limit less barrier should be at least 900K (2.5K × numtcpsock)',
  ],
  [
    { tcprcvbuf: { barrier: 300_000, limit: 400_000 } },
    'warning: tcprcvbuf: limit less barrier should be at least 2.5K for each numtcpsock, which is unlimited (2.5K × numtcpsock)',
  ],
  [
    { dcachesize: 65_536, numfile: 9312, kmemsize: 'unlimited' },
    'warning: dcachesize: it should be at least 3492K (384 bytes for each numfile)',
  ],
  [
    { privvmpages: 64 * mebi, vmguarpages: 132 * mebi },
    'warning: privvmpages: it should be at least 132M (vmguarpages is promised)',
  ],
  [
    { dgramrcvbuf: 100_000 },
    'recommendation: dgramrcvbuf: it should be at least 129K (two datagrams of the largest size)',
  ],
  [
    { physpages: 64 * mebi, vmguarpages: gibi },
    'error: vmguarpages: vmguarpages: 1G is above physpages, which is 64M',
  ],
])('%j is found inconsistent', (values, line) => {
  expect(lines(values)).toContain(line);
});

test('limits beyond what the node has are told, since they limit nothing', () => {
  const found = findInconsistencies({ physpages: 16 * gibi, swappages: gibi, cpulimit: 800 }, capacity);
  expect(found.map(({ parameter }) => parameter)).toEqual(['physpages', 'cpulimit']);
});

test('scaling multiplies amounts of the parts that are named, within their ranges', () => {
  const values: ParameterValues = {
    physpages: { barrier: 400 * mebi, limit: 512 * mebi },
    cpuunits: 400_000,
    cpumask: '0-1',
    numproc: 100,
    swappages: 'unlimited',
    ioprio: 5,
  };
  expect(scaleParameters(values, 2, ['all'])).toEqual({
    physpages: { barrier: 800 * mebi, limit: 1024 * mebi },
    cpuunits: 500_000,
    cpumask: '0-1',
    numproc: 200,
    swappages: 'unlimited',
    ioprio: 5,
  });
  expect(scaleParameters(values, 0.01, ['processes'])).toEqual({ ...values, numproc: 16 });
});

test('equal parts of a node fit together, and are promised whole', () => {
  for (const count of [1, 3, 10, 40]) {
    const part = splitNode({ capacity, processes: 32_768, freeBytes: 100 * gibi }, count);
    expect(checkParameters(part)).toEqual(part);
    const promised = Number(part.vmguarpages) * count;
    expect(promised).toBeLessThanOrEqual(capacity.total.memoryBytes - capacity.reserve.memoryBytes);
    expect(Number(part.cpuguarantee) * count).toBeLessThanOrEqual(380);
    expect(Number(part.diskspace) * count).toBeLessThanOrEqual(100 * gibi);
  }
});
