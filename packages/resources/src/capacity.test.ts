import { expect, test } from 'vitest';
import { capacityRows } from './capacity.ts';

const gibi = 2 ** 30;

test('what is promised, limited and used is told for each resource', () => {
  const running = [
    { physpages: 4 * gibi, vmguarpages: gibi, cpulimit: 150, cpuguarantee: 50, numproc: 500 },
    { physpages: 6 * gibi, swappages: gibi, cpulimit: 100, oomguarpages: gibi / 2 },
  ];
  const rows = capacityRows({
    capacity: {
      total: { memoryBytes: 8 * gibi, cpuPercent: 200 },
      reserve: { memoryBytes: gibi / 2, cpuPercent: 10 },
      swapBytes: 0,
    },
    processes: 32_768,
    disk: { totalBytes: 100 * gibi, usedBytes: 20 * gibi },
    running,
    all: [...running, { diskspace: 10 * gibi }],
    held: (parameter) => (parameter === 'physpages' ? 2 * gibi : 100),
  });
  const [memory, swap, cpu, processes, disk] = rows;
  expect(memory).toMatchObject({
    promised: 1.5 * gibi,
    promisable: 6 * gibi,
    limits: 10 * gibi,
    overcommit: 133,
  });
  expect(swap).toMatchObject({ total: 0, limits: null, overcommit: null });
  expect(cpu).toMatchObject({ promised: 50, promisable: 140, limits: 250, overcommit: 132, used: null });
  expect(processes).toMatchObject({ limits: null, used: 100 });
  expect(disk).toMatchObject({ limits: null, used: 20 * gibi });
});
