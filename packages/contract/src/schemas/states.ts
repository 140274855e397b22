import { type Static, Type } from 'typebox';

/**
 * What a VE is, read from the kernel and its private area:
 * stopped (nothing of it runs, root not mounted), mounted (root mounted, no init), running, paused (frozen in memory),
 * suspended (processes saved to disk).
 */
export const veStates = ['stopped', 'mounted', 'running', 'paused', 'suspended'] as const;
export const VeState = Type.Enum([...veStates], { description: 'What the VE is' });
export type VeState = (typeof veStates)[number];

/** What is being done to a VE right now. */
export const veTransitions = [
  'creating',
  'starting',
  'stopping',
  'restarting',
  'pausing',
  'suspending',
  'migrating',
  'reinstalling',
  'moving',
  'renewing',
  'resuming',
  'mounting',
  'unmounting',
  'changing',
  'optimizing',
  'destroying',
  'settling',
] as const;
export const VeTransition = Type.Union([Type.Enum([...veTransitions]), Type.Null()], {
  description: 'The change under way, if any',
});
export type VeTransition = Static<typeof VeTransition>;

export const operationStates = ['queued', 'running', 'undoing', 'succeeded', 'failed', 'cancelled'] as const;
export const OperationState = Type.Enum([...operationStates], { description: 'State of an operation' });
export type OperationState = Static<typeof OperationState>;

export const stepStates = ['pending', 'running', 'done', 'failed', 'undoing', 'undone'] as const;
export const StepState = Type.Enum([...stepStates]);
export type StepState = (typeof stepStates)[number];
