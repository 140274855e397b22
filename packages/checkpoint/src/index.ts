export { checkpointActions } from './actions/actions.ts';
export { checkCheckpoint, checkpointKinds, holdSuspended } from './kinds.ts';
export type { CheckpointPorts } from './ports.ts';
