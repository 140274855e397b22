import type { PoolUse } from '@insula/contract';
import { poolOf, poolSize } from '@insula/network';
import type { Node } from '../node.ts';

/** The pools of the node, the default one first; what is given out is what VEs have. */
export function poolUses({ pools, registry }: Pick<Node, 'pools' | 'registry'>): readonly PoolUse[] {
  const used = new Map<string, number>();
  for (const address of registry.addresses().keys()) {
    const name = poolOf(pools, address)?.name;
    if (name !== undefined) used.set(name, (used.get(name) ?? 0) + 1);
  }
  return pools.map((pool) => {
    const total = poolSize(pool);
    const size = total > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(total);
    const taken = used.get(pool.name) ?? 0;
    const { name, family, prefix, automatic, nat } = pool;
    return { name, family, prefix, size, used: taken, free: Math.max(0, size - taken), automatic, nat };
  });
}
