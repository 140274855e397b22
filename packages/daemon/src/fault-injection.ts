import { readFileSync } from 'node:fs';
import type { FaultInjector } from '@insula/operations';

/**
 * Faults for tests, from the environment variable INSULA_FAULT: faults separated by commas, or `@PATH` of a file that holds them
 * and is read anew each time, so that one daemon can be given one fault after another (without the file there are none).
 * `KIND:STEP:POINT` kills the daemon (SIGKILL) when an operation KIND reaches POINT of its step number STEP; points are begun,
 * done, undo-begun and undo-done. `KIND:STEP:fail` lets that step fail before it does anything, `KIND:STEP:fail-undo` its undo.
 */
export function faultsFrom(text: string | undefined): FaultInjector | undefined {
  if (text === undefined || text === '') return undefined;
  const read = text.startsWith('@') ? () => readIfThere(text.slice(1)) : () => text;
  return (record, index, reached) => {
    for (const entry of read().trim().split(',')) {
      const [kind, step, point] = entry.split(':');
      if (record.kind !== kind || index !== Number(step)) continue;
      if (point === failing[reached]) throw new Error(`fault injected at step ${index} of ${kind}`);
      if (point === reached) process.kill(process.pid, 'SIGKILL');
    }
  };
}

const failing: Partial<Record<string, string>> = { begun: 'fail', 'undo-begun': 'fail-undo' };

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
