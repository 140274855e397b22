import type { CgroupControl, ParameterName, ParameterRow, ParameterValues } from '@insula/contract';
import type { CgroupLayout } from '@insula/host';
import { encodeLimit, type LimitTarget } from './encode-limit.ts';
import { completeValues, parameterRows } from './parameter-values.ts';

/** One line into one cgroup file. */
export interface LimitWrite {
  /** The parameter that it comes from, for messages. */
  readonly parameter: ParameterName;
  readonly controller: CgroupControl['controller'];
  readonly file: string;
  readonly value: string;
}

/** Everything that limits a VE with these parameters, each file once, in the order to write it. */
export function compileLimits(
  values: ParameterValues,
  layout: CgroupLayout,
  target: LimitTarget,
): readonly LimitWrite[] {
  const all = completeValues(values);
  const writes = new Map<string, LimitWrite>();
  for (const row of parameterRows) {
    const parameter = row.name as ParameterName;
    for (const control of controlsOf(row, layout)) {
      const { controller, file } = control;
      const write = { parameter, controller, file, value: encodeLimit(control, all[parameter], all, target) };
      // two parameters may share a file, whose text is made of both
      if (!writes.has(keyOf(write))) writes.set(keyOf(write), write);
    }
  }
  return [...writes.values()];
}

/** What must be written into a group that was just made: what differs from the kernel's own. */
export function compileNewLimits(
  values: ParameterValues,
  layout: CgroupLayout,
  target: LimitTarget,
): readonly LimitWrite[] {
  const free = new Map(compileLimits({}, layout, target).map((write) => [keyOf(write), write.value]));
  // to be reclaimed from before those that were promised something, a VE must be told so
  free.set('memory/memory.soft_limit_in_bytes', '-1');
  return compileLimits(values, layout, target).filter((write) => free.get(keyOf(write)) !== write.value);
}

/**
 * What must be written to come from one set of parameters to another: nothing for what stays. Where the kernel wants one file
 * never to be below another, the one is lifted first.
 */
export function compileLimitChange(
  from: ParameterValues,
  to: ParameterValues,
  layout: CgroupLayout,
  target: LimitTarget,
): readonly LimitWrite[] {
  const before = new Map(compileLimits(from, layout, target).map((write) => [keyOf(write), write.value]));
  const all = compileLimits(to, layout, target);
  const changed = all.filter((write) => before.get(keyOf(write)) !== write.value);
  return changed.flatMap((write) => {
    const lifted = lifts.find(({ below }) => below === write.file);
    if (lifted === undefined || before.get(`${write.controller}/${lifted.file}`) === lifted.free)
      return [write];
    const last = all.find(({ file }) => file === lifted.file);
    if (last === undefined) return [write];
    const isWritten = changed.includes(last);
    return [{ ...last, value: lifted.free }, write, ...(isWritten ? [] : [last])];
  });
}

/** memory.memsw may not be below memory, nor a burst above the quota (mm/memcontrol-v1.c, kernel/sched/core.c). */
const lifts = [
  { below: 'memory.limit_in_bytes', file: 'memory.memsw.limit_in_bytes', free: '-1' },
  { below: 'cpu.cfs_quota_us', file: 'cpu.cfs_burst_us', free: '0' },
  { below: 'cpu.max', file: 'cpu.max.burst', free: '0' },
] as const;

/** Controllers that limits are written to, sorted: what a VE's group is created with. */
export function controllersNeeded(layout: CgroupLayout): readonly CgroupControl['controller'][] {
  const controllers = parameterRows.flatMap((row) =>
    controlsOf(row, layout).map(({ controller }) => controller),
  );
  return [...new Set(controllers)].sort();
}

/** Hybrid hosts have their controllers on v1; their v2 tree has none. */
export function controlsOf(row: ParameterRow, layout: CgroupLayout): readonly CgroupControl[] {
  return layout === 'v2' ? row.v2 : row.v1;
}

function keyOf({ controller, file }: Pick<LimitWrite, 'controller' | 'file'>): string {
  return `${controller}/${file}`;
}
