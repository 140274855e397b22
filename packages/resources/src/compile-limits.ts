import type { CgroupControl, ParameterName, ParameterRow, ParameterValues } from '@insula/contract';
import type { CgroupLayout } from '@insula/host';
import { encodeLimit } from './encode-limit.ts';
import { completeValues, parameterRows } from './parameter-values.ts';

/** One line into one cgroup file. */
export interface LimitWrite {
  /** The parameter that it comes from, for messages. */
  readonly parameter: ParameterName;
  readonly controller: CgroupControl['controller'];
  readonly file: string;
  readonly value: string;
}

/** Everything that limits a VE with these parameters, in the order to write it. */
export function compileLimits(values: ParameterValues, layout: CgroupLayout): readonly LimitWrite[] {
  const all = completeValues(values);
  return parameterRows.flatMap((row) => {
    const parameter = row.name as ParameterName;
    return controlsOf(row, layout).map(({ controller, file, encode }): LimitWrite => {
      return { parameter, controller, file, value: encodeLimit(encode, all[parameter]) };
    });
  });
}

/** What must be written to come from one set of parameters to another: nothing for what stays. */
export function compileLimitChange(
  from: ParameterValues,
  to: ParameterValues,
  layout: CgroupLayout,
): readonly LimitWrite[] {
  const before = new Map(compileLimits(from, layout).map((write) => [keyOf(write), write.value]));
  return compileLimits(to, layout).filter((write) => before.get(keyOf(write)) !== write.value);
}

/** Controllers that limits are written to, sorted: what a VE's group is created with. */
export function controllersNeeded(layout: CgroupLayout): readonly CgroupControl['controller'][] {
  const controllers = parameterRows.flatMap((row) =>
    controlsOf(row, layout).map(({ controller }) => controller),
  );
  return [...new Set(controllers)].sort();
}

/** Hybrid hosts have their controllers on v1; their v2 tree has none. */
function controlsOf(row: ParameterRow, layout: CgroupLayout): readonly CgroupControl[] {
  return layout === 'v2' ? row.v2 : row.v1;
}

function keyOf({ controller, file }: LimitWrite): string {
  return `${controller}/${file}`;
}
