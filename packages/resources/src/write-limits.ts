import { fault } from '@insula/contract';
import { type CgroupHierarchies, type Host, hasErrorCode } from '@insula/host';
import { compileLimits, type LimitWrite } from './compile-limits.ts';
import type { LimitTarget } from './encode-limit.ts';
import { lowerMemory } from './lower-memory.ts';

type Cgroups = Host['cgroups'];

/**
 * Those of the writes that the host can take; the rest is what a free group has anyway.
 * @throws CodedError host_lacks when a VE is to be limited by what the host does not have
 */
export function writableLimits(
  writes: readonly LimitWrite[],
  hierarchies: CgroupHierarchies,
  target: LimitTarget,
): readonly LimitWrite[] {
  const free = new Map(compileLimits({}, hierarchies.layout, target).map(({ file, value }) => [file, value]));
  return writes.filter((write) => {
    if (write.value === '' && write.controller !== 'cpuset') return false;
    if (hierarchies.controllers.includes(write.controller)) return true;
    if (write.value === free.get(write.file)) return false;
    throw lacking(write, `the cgroup controller ${write.controller}`);
  });
}

/** Writes one limit into a group that exists. A file that this kernel does not have matters only when it is to limit something. */
export async function writeLimit(
  cgroups: Cgroups,
  cgroup: string,
  write: LimitWrite,
  free: string | undefined,
): Promise<void> {
  const { parameter, controller, file, value } = write;
  try {
    if (file === 'memory.max') await lowerMemory(cgroups, cgroup, value);
    for (const line of value.split('\n')) await cgroups.write(controller, cgroup, file, line);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') && (await cgroups.exists(cgroup))) {
      if (value === free) return;
      throw lacking(write, `the cgroup file ${file}`);
    }
    // v1 refuses a limit that the memory in use cannot be reclaimed down to (mm/memcontrol-v1.c)
    if (!hasErrorCode(error, 'EBUSY')) throw error;
    const problem = `the VE uses more than ${value} now, and the kernel could not reclaim enough of it`;
    throw fault('invalid_parameter', { parameter, value, problem }, { cause: error });
  }
}

function lacking({ parameter }: LimitWrite, feature: string) {
  return fault('host_lacks', {
    feature,
    consequence: `${parameter} cannot be limited`,
    remedy: 'enable it in the kernel, or leave the parameter at its default',
  });
}
