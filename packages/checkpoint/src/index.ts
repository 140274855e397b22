export { type CheckpointStep, checkpointActions } from './actions/actions.ts';
export { checkCheckpoint, checkpointKinds, holdSuspended, lastingBlockers } from './kinds.ts';
export { type CheckpointLayout, dumpSteps, restoreSteps } from './plans/plans.ts';
export type { CheckpointPorts } from './ports.ts';
