import { release } from 'node:os';
import type { NodeInfo } from '@insula/contract';
import { stateOf } from '@insula/ve';
import type { Node } from '../node.ts';
import { version } from '../version.ts';
import { poolUses } from './pools.ts';

/** The node at a glance. */
export async function nodeInfo(node: Node): Promise<NodeInfo> {
  const { config, host, registry, unreadable } = node;
  const space = await host.files.fileSystem(config.pool);
  const [first] = poolUses(node);
  const ves: Record<string, number> = {};
  for (const { runtime } of registry.list()) ves[stateOf(runtime)] = (ves[stateOf(runtime)] ?? 0) + 1;
  return {
    name: config.name,
    version,
    startedAt: node.startedAt,
    kernel: release(),
    distribution: distributionOf((await host.files.readTextIfExists('/etc/os-release')) ?? ''),
    cgroups: (await host.cgroups.describe()).layout,
    pool: { path: config.pool, freeBytes: space.availableBytes, totalBytes: space.totalBytes },
    addressPool: { range: first?.prefix ?? '', used: first?.used ?? 0, size: first?.size ?? 0 },
    ves,
    unreadable: unreadable.map(({ path, problem }) => ({ path, problem })),
  };
}

function distributionOf(osRelease: string): string {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? 'unknown';
}
