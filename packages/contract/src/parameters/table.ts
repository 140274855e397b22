import { cpuParameters } from './cpu.ts';
import { diskParameters } from './disk.ts';
import { memoryParameters } from './memory.ts';
import { networkParameters } from './network.ts';
import { processParameters } from './processes.ts';
import type { ParameterRow } from './row.ts';
import { sharedObjectParameters } from './shared-objects.ts';
import { timeLimitParameters } from './time-limits.ts';

/**
 * The controlled resources. Everything about a parameter stands in its row: CLI options, schema, help, manual, the cgroup files,
 * and where its counters are read all derive from it.
 */
export const parameterTable = [
  ...cpuParameters,
  ...memoryParameters,
  ...processParameters,
  ...sharedObjectParameters,
  ...diskParameters,
  ...networkParameters,
  ...timeLimitParameters,
] as const satisfies readonly ParameterRow[];

export type ParameterName = (typeof parameterTable)[number]['name'];

/** The row of a parameter by any of its names. */
export function findParameter(name: string): ParameterRow | undefined {
  return (parameterTable as readonly ParameterRow[]).find(
    (row) => row.name === name || row.aliases?.includes(name) === true,
  );
}
