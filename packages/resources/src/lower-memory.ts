import { fault } from '@insula/contract';
import type { Host } from '@insula/host';

/**
 * Prepares a lower memory.max: v2 takes every limit and then ends processes that are above it. So the group is first held at that
 * point by memory.high, which reclaims and ends nobody; what stays above it is a reason to refuse.
 * @throws CodedError invalid_parameter when the VE needs more; memory.high is what it was then
 */
export async function lowerMemory(cgroups: Host['cgroups'], cgroup: string, limit: string): Promise<void> {
  if (limit === 'max') return;
  const used = async () => Number(await cgroups.read('memory', cgroup, 'memory.current').catch(() => '0'));
  if ((await used()) <= Number(limit)) return;
  const high = await cgroups.read('memory', cgroup, 'memory.high');
  await cgroups.write('memory', cgroup, 'memory.high', limit);
  const needed = await used();
  if (needed <= Number(limit)) return;
  await cgroups.write('memory', cgroup, 'memory.high', high);
  throw fault('invalid_parameter', {
    parameter: 'physpages',
    value: limit,
    problem: `the VE uses ${needed} bytes now, and the kernel could not reclaim it down to ${limit}`,
  });
}
