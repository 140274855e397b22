import { constants } from 'node:fs';
import { access, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode } from '../syscalls/system-error.ts';
import {
  type GateState,
  gateProgram,
  type RestoreGates,
  type RestoreStage,
  restoreStages,
} from './restore-gates.ts';

/**
 * runc calls it as a hook with the stage as argument and the container's state on standard input, CRIU for every one of its
 * stages with the name in CRTOOLS_SCRIPT_ACTION (criu(8), "Action scripts"). A FIFO is what waits without a clock. Ends in
 * failure, and the restore with it, when the FIFO's writer says anything but 'go'.
 */
const program = `#!/bin/sh
dir=\${0%/*}
case \${CRTOOLS_SCRIPT_ACTION:-hook-$1} in
  hook-network) stage=network; cat >"$dir/gate.state" ;;
  pre-resume) stage=resume ;;
  *) exit 0 ;;
esac
mkfifo -m 600 "$dir/gate.$stage" || exit 1
: >"$dir/gate.$stage.waiting"
read -r answer <"$dir/gate.$stage"
[ "$answer" = go ] || exit 1
: >"$dir/gate.$stage.passed"
`;

const pollMs = 2;

const exists = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );

/** Gates as FIFOs, with a shell script that waits at them. */
export class LinuxRestoreGates implements RestoreGates {
  async install(dir: string): Promise<void> {
    const stale = restoreStages.flatMap((stage) => [
      `gate.${stage}`,
      `gate.${stage}.waiting`,
      `gate.${stage}.passed`,
    ]);
    for (const name of ['gate.state', ...stale]) await rm(join(dir, name), { force: true });
    await writeFile(gateProgram(dir), program, { mode: 0o700 });
  }

  async state(dir: string, stage: RestoreStage): Promise<GateState> {
    if (await exists(join(dir, `gate.${stage}.passed`))) return 'passed';
    return (await exists(join(dir, `gate.${stage}.waiting`))) ? 'waiting' : 'ahead';
  }

  async reached(
    dir: string,
    stage: RestoreStage,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    // a restore takes some 100 ms from one gate to the next: a watch would cost as much as it saves
    while ((await this.state(dir, stage)) === 'ahead') {
      signal.throwIfAborted();
      await sleep(pollMs);
    }
  }

  async initPid(dir: string): Promise<number | null> {
    try {
      const { pid } = JSON.parse(await readFile(join(dir, 'gate.state'), 'utf8')) as {
        readonly pid?: number;
      };
      return pid ?? null;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT') || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  async open(dir: string, stage: RestoreStage, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    while ((await this.state(dir, stage)) !== 'passed') {
      signal.throwIfAborted();
      await sayGo(join(dir, `gate.${stage}`));
      await sleep(pollMs);
    }
  }
}

/** Without a reader, who comes a moment after the FIFO or has gone on already, nothing happens. */
const sayGo = async (fifo: string): Promise<void> => {
  try {
    const handle = await open(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      await handle.write('go\n');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!hasErrorCode(error, 'ENXIO', 'ENOENT', 'EPIPE')) throw error;
  }
};
