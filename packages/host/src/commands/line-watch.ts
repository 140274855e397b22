import { createInterface } from 'node:readline';
import type { CommandRunner, RunningCommand } from './command-runner.ts';

/** Something that is listened to until it is closed. */
export interface LineWatch {
  close(): void;
}

/** Milliseconds before a program that ended is started again. */
const pause = 1_000;

/**
 * Runs a program that writes a line for each event, for as long as it is listened to, and starts it again if it ends. It ends with
 * this process however that ends. After a new start `onGap` tells that events may have been missed.
 * @throws CommandFailed when it cannot be started
 */
export const watchLines = async (
  commands: CommandRunner,
  argv: readonly string[],
  listener: { onLine(line: string): void; onGap(): void },
): Promise<LineWatch> => {
  let isClosed = false;
  let running: RunningCommand | undefined;
  let timer: NodeJS.Timeout | undefined;
  const start = async (): Promise<void> => {
    running = await commands.start(['setpriv', '--pdeathsig', 'KILL', '--', ...argv], { stdout: 'pipe' });
    if (running.stdout !== null)
      createInterface({ input: running.stdout }).on('line', (line) => listener.onLine(line));
    void running.exited.then(() => {
      if (!isClosed) timer = setTimeout(again, pause).unref();
    });
  };
  const again = () => {
    start().then(
      () => listener.onGap(),
      () => {
        if (!isClosed) timer = setTimeout(again, pause).unref();
      },
    );
  };
  await start();
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
      running?.kill();
    },
  };
};
