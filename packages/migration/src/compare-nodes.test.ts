import { expect, test } from 'vitest';
import { compareNodes } from './compare-nodes.ts';
import type { PeerReport } from './protocol.ts';

const own = { architecture: 'x64', kernel: '6.12.43-amd64', criu: '4.3', time: 1_000_000 };
const report = (change: Partial<PeerReport> = {}): PeerReport => ({
  ...own,
  node: 'node2',
  processor: null,
  hasTemplate: true,
  freeBytes: 1,
  conflicts: [],
  ...change,
});
const problems = (change: Partial<PeerReport>) =>
  compareNodes(own, report(change)).map(({ problem }) => problem);

test('nodes that are alike, or newer where it counts, differ in nothing', () => {
  const alike = [{}, { kernel: '6.12.1' }, { kernel: '6.18.2' }, { criu: '4.10' }, { time: own.time + 1500 }];
  for (const change of alike) expect(problems(change)).toEqual([]);
});

test('every difference is told', () => {
  const all = problems({
    architecture: 'arm64',
    kernel: '6.1.0-30-amd64',
    criu: '4.2.1',
    processor: 'avx512f',
    time: own.time - 90_000,
  });
  const told = ['arm64', '4.2.1, older than 4.3', '6.1.0-30-amd64', 'avx512f', '90.0 s behind'];
  expect(all.map((problem, index) => problem.includes(told[index] ?? 'nothing'))).toEqual(
    told.map(() => true),
  );
  expect(problems({ criu: null })).toEqual(['node2 has no usable CRIU']);
});
