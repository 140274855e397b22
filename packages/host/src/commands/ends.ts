import { type ProcessEnd, reapProcess } from '../syscalls/spawn-calls.ts';

/** Children whose end somebody waits for. */
const waiting = new Map<number, (end: ProcessEnd) => void>();

/** A second look now and then, should a signal get lost; and as long as it is there, this process goes on waiting. */
const lookAgainMs = 1_000;
let again: NodeJS.Timeout | undefined;

const look = (): void => {
  for (const [pid, tell] of waiting) {
    const end = reapProcess(pid);
    if (end === null) continue;
    waiting.delete(pid);
    tell(end);
  }
  if (waiting.size > 0) return;
  clearInterval(again);
  again = undefined;
  process.off('SIGCHLD', look);
};

/** Settles with the end of a child that was started by `spawnProcess`. To be asked once for each. */
export const endOf = async (pid: number): Promise<ProcessEnd> =>
  await new Promise((resolve) => {
    waiting.set(pid, resolve);
    if (again === undefined) {
      again = setInterval(look, lookAgainMs);
      process.on('SIGCHLD', look);
    }
    // it may have ended before anybody listened
    look();
  });
