import type { Step } from '@insula/operations';
import type { VeHandlers } from '@insula/ve';
import type { CheckpointPorts } from '../ports.ts';
import { dumpActions } from './dump-actions.ts';
import { restoreActions } from './restore-actions.ts';
import { suspendActions } from './suspend-actions.ts';

/** The step handlers of checkpoints. */
export function checkpointActions(ports: CheckpointPorts) {
  return { ...dumpActions(ports), ...suspendActions(ports), ...restoreActions(ports) };
}

export type CheckpointStep = Step<VeHandlers & ReturnType<typeof checkpointActions>>;
