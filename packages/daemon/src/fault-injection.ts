import type { FaultInjector } from '@insula/operations';

/**
 * Faults for tests, from the environment variable INSULA_FAULT: `KIND:STEP:POINT` kills the daemon (SIGKILL) when operation KIND
 * reaches POINT of its step number STEP; `KIND:STEP:fail` lets that step fail. Points: begun, done, undo-begun, undo-done.
 */
export function faultsFrom(text: string | undefined): FaultInjector | undefined {
  if (text === undefined || text === '') return undefined;
  const [kind, step, point] = text.split(':');
  return (record, index, reached) => {
    if (record.kind !== kind || index !== Number(step)) return;
    if (point === 'fail' && reached === 'begun')
      throw new Error(`fault injected at step ${index} of ${kind}`);
    if (point === reached) process.kill(process.pid, 'SIGKILL');
  };
}
