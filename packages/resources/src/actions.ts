import { fault, type ParameterValues } from '@insula/contract';
import { type CgroupHierarchies, type Host, hasErrorCode } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { compileLimitChange, compileLimits, type LimitWrite } from './compile-limits.ts';

export type ApplyLimitsArgs = {
  /** The VE's group, such as 'insula/ve/101'. */
  readonly cgroup: string;
  readonly values: ParameterValues;
  /** What the group has now; null for one that was just made: everything is written, and is undone with the group. */
  readonly previous: ParameterValues | null;
};

type ResourcePorts = Pick<Host, 'cgroups'>;

/** Step handlers for a VE's limits. */
export function resourceActions(ports: ResourcePorts) {
  const { cgroups } = ports;

  const applyLimits: StepHandler<ApplyLimitsArgs> = {
    async do(args) {
      const { cgroup, values, previous } = args;
      const hierarchies = await cgroups.describe();
      const { layout } = hierarchies;
      const wanted =
        previous === null ? compileLimits(values, layout) : compileLimitChange(previous, values, layout);
      const writes = wanted.filter((write) => isWritable(write, hierarchies));
      try {
        for (const write of writes) await writeLimit(ports, cgroup, write);
      } catch (error) {
        // this failure is the one to tell; if going back fails as well, `undo` will say so
        await goBack(ports, args).catch(() => undefined);
        throw error;
      }
    },
    undo: async (args) => await goBack(ports, args),
  };

  return { 'apply-limits': applyLimits };
}

/**
 * Whether the host can hold a limit.
 * @throws CodedError host_lacks when it cannot and the VE is to be limited
 */
function isWritable(
  { parameter, controller, file, value }: LimitWrite,
  hierarchies: CgroupHierarchies,
): boolean {
  if (hierarchies.controllers.includes(controller)) return true;
  const free = compileLimits({}, hierarchies.layout).find((write) => write.file === file);
  if (value === free?.value) return false;
  throw fault('host_lacks', {
    feature: `the cgroup controller ${controller}`,
    consequence: `${parameter} cannot be limited`,
    remedy: 'enable it in the kernel, or leave the parameter at its default',
  });
}

async function writeLimit({ cgroups }: ResourcePorts, cgroup: string, write: LimitWrite): Promise<void> {
  const { parameter, controller, file, value } = write;
  try {
    await cgroups.write(controller, cgroup, file, value);
  } catch (error) {
    // v1 refuses a limit that the memory in use cannot be reclaimed down to (mm/memcontrol-v1.c)
    if (!hasErrorCode(error, 'EBUSY')) throw error;
    const problem = `the VE uses more than ${value} now, and the kernel could not reclaim enough of it`;
    throw fault('invalid_parameter', { parameter, value, problem }, { cause: error });
  }
}

/** Writes what was before, as far as the group is still there. Every file is tried before the first failure is reported. */
async function goBack(ports: ResourcePorts, { cgroup, values, previous }: ApplyLimitsArgs): Promise<void> {
  if (previous === null) return;
  const { layout, controllers } = await ports.cgroups.describe();
  const failures: unknown[] = [];
  for (const write of compileLimitChange(values, previous, layout)) {
    if (!controllers.includes(write.controller)) continue;
    try {
      await writeLimit(ports, cgroup, write);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
