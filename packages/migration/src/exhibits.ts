import { compareNodes, type Difference, type OwnNode } from './compare-nodes.ts';
import type { PeerReport } from './protocol.ts';

const here: OwnNode = { architecture: 'x86_64', kernel: '6.12.43-amd64', criu: '4.3', time: 0 };
const there: PeerReport = {
  node: 'node2',
  architecture: here.architecture,
  kernel: here.kernel,
  criu: here.criu,
  processor: null,
  time: here.time,
  hasTemplate: true,
  freeBytes: 0,
  conflicts: [],
};

/** A node each that differs in one thing from this one. */
const exhibits: Readonly<Record<string, Partial<PeerReport>>> = {
  'Another architecture': { architecture: 'aarch64' },
  'No CRIU': { criu: null },
  'An older CRIU': { criu: '4.1.1' },
  'An older series of the kernel': { kernel: '6.1.0-40-amd64' },
  'A processor that lacks something': { processor: 'avx512f' },
  'A clock that differs by more than two seconds': { time: 4_000 },
};

/** Everything in which another node may differ so that running processes cannot go on there, in the words of the check. */
export function migrationDifferences(): readonly (Difference & { readonly what: string })[] {
  return Object.entries(exhibits).flatMap(([what, change]) =>
    compareNodes(here, { ...there, ...change }).map((difference) => ({ what, ...difference })),
  );
}
