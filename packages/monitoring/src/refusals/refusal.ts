import { growth } from '../readings/rates.ts';
import type { VeReading } from '../readings/reading.ts';

/** What a VE ran out of, and the parameter that limits it. */
export const refusalParameters = { memory: 'physpages', processes: 'numproc', cpu: 'cpulimit' } as const;
export type RefusedResource = keyof typeof refusalParameters;

export interface Refusals {
  /** Processes killed because memory ran out. */
  readonly memory: number;
  /** Processes and threads that were not made. */
  readonly processes: number;
}

/** What was refused between two looks at a VE. Before the first look of all nobody knows. */
export function refusalsBetween(before: VeReading | null, now: VeReading): Refusals {
  if (before === null) return { memory: 0, processes: 0 };
  // the group of a VE that was started anew counts from zero
  const earlier = before.group.generation === now.group.generation ? before.group : null;
  return {
    memory: growth(earlier?.memory?.oomKills ?? 0, now.group.memory?.oomKills ?? 0),
    processes: growth(earlier?.processes?.refused ?? 0, now.group.processes?.refused ?? 0),
  };
}

const memoryStep = 16 * 2 ** 20;

/** The limit of a resource in the unit of its parameter: bytes, processes, percent of a processor. Null without one. */
export function limitOf(resource: RefusedResource, { limits }: VeReading): number | null {
  if (resource === 'memory') return limits.memory;
  if (resource === 'processes') return limits.processes;
  return limits.cpu === null ? null : Math.round(limits.cpu * 100);
}

/** Half as much again, as a number that people would write. */
export function suggestionOf(resource: RefusedResource, limit: number | null): number | null {
  if (limit === null) return null;
  const step = resource === 'memory' ? memoryStep : 10;
  return Math.ceil((limit * 1.5) / step) * step;
}
