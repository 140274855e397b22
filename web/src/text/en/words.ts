import type { AlertLevel, OperationState, StepState, VeState, VeTransition } from '@insula/contract';

const states: Readonly<Record<VeState, string>> = {
  stopped: 'Stopped',
  mounted: 'Mounted',
  running: 'Running',
  paused: 'Paused',
  suspended: 'Suspended',
};

const transitions: Readonly<Record<Exclude<VeTransition, null>, string>> = {
  creating: 'Creating',
  starting: 'Starting',
  stopping: 'Stopping',
  restarting: 'Restarting',
  pausing: 'Pausing',
  suspending: 'Suspending',
  migrating: 'Migrating',
  reinstalling: 'Reinstalling',
  moving: 'Moving',
  renewing: 'Renewing',
  resuming: 'Resuming',
  mounting: 'Mounting',
  unmounting: 'Unmounting',
  changing: 'Changing',
  optimizing: 'Optimizing',
  destroying: 'Destroying',
  settling: 'Settling',
};

const operationStates: Readonly<Record<OperationState, string>> = {
  queued: 'Queued',
  running: 'Running',
  undoing: 'Undoing',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const stepStates: Readonly<Record<StepState, string>> = {
  pending: 'Pending',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  undoing: 'Undoing',
  undone: 'Undone',
};

const alertLevels: Readonly<Record<AlertLevel, string>> = {
  green: 'Green',
  yellow: 'Yellow',
  red: 'Red',
  black: 'Black',
};

/** Operations that nobody asks for by a call: the node begins them by itself, or another node does. */
const operationKinds = {
  've.receive': 'Receive from another node',
  've.settle': 'Tidy up after its end',
  've.reboot': 'Start again after its reboot',
  've.reconnect': 'Repair its network',
  've.optimize': 'Share its equal files',
};

export const words = { states, transitions, operationStates, operationKinds, stepStates, alertLevels };
