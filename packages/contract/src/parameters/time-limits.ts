import type { ParameterRow } from './row.ts';

const timeLimit = {
  group: 'operations',
  unit: 'seconds',
  shape: 'limit',
  default: 'unlimited',
  minimum: 1,
  maximum: 604_800,
  live: true,
  v2: [],
  v1: [],
  means: 'time-limit',
} as const;

/** How long work of the node on a VE may take before it is given up and undone; a change holds for what begins after it. */
export const timeLimitParameters = [
  {
    ...timeLimit,
    name: 'migrationtime',
    text: 'Time that a migration may take until the VE is handed over; then it is given up, and the VE goes on where it was',
  },
  {
    ...timeLimit,
    name: 'backuptime',
    text: 'Time that an export, a snapshot or a checkpoint may take; then it is given up, and nothing is left of it',
  },
] as const satisfies readonly ParameterRow[];
