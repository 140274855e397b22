export { type CheckpointStep, checkpointActions } from './actions/actions.ts';
export { findCheckpoint, type KeepInput, keptKinds } from './kept-kinds.ts';
export { checkpointKinds, holdSuspended } from './kinds.ts';
export { checkpointPaths } from './layout.ts';
export { releasingLeftHolds } from './left-holds.ts';
export { type CheckpointLayout, groupSteps, prepareSteps, restoreSteps, saveSteps } from './plans/plans.ts';
export type { CheckpointPorts } from './ports.ts';
export { checkCheckpoint, dumpBytes, inspect, lastingBlockers } from './preflight/check.ts';
export { checkpointRefusals, checkpointSaves } from './preflight/exhibits.ts';
export { renewKinds } from './renew-kinds.ts';
export { makeRestoredDir } from './restored-dir.ts';
export {
  dropRounds,
  dumpRound,
  fromDumpTo,
  fromRoundTo,
  isOfRounds,
  lastRound,
  makeRoundDir,
} from './rounds.ts';
