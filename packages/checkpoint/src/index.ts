export { type CheckpointStep, checkpointActions } from './actions/actions.ts';
export { checkpointKinds, holdSuspended } from './kinds.ts';
export { type CheckpointLayout, dumpSteps, restoreSteps } from './plans/plans.ts';
export type { CheckpointPorts } from './ports.ts';
export { checkCheckpoint, lastingBlockers } from './preflight/check.ts';
