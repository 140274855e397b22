import { existsSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandRunner } from '../commands/command-runner.ts';
import { parseProcessStat } from '../processes/process-stat.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';

interface RuncFiles {
  readonly program: string;
  readonly root: string;
}

/**
 * Restored containers, which have a time namespace: their clocks go on from where they were. runc enters those from 1.2 on only. With an
 * older one a command would begin on the host's clocks, and could never be dumped with the others; so runc itself is run in the
 * namespace. It then sees another start time of init than it noted and takes the container for a dead one: it is given a copy of
 * its note, below a root of its own, with the start time as it is seen from there.
 */
export class TimedContainers {
  readonly #commands: CommandRunner;
  readonly #program: string;
  readonly #root: string;

  constructor(ports: { readonly commands: CommandRunner }, files: RuncFiles) {
    this.#commands = ports.commands;
    this.#program = files.program;
    this.#root = files.root;
  }

  /** Within what runc keeps of the container itself, and removes with it. */
  #timedRoot(id: string): string {
    return join(this.#root, id, 'timed');
  }

  /** Prepares commands in a container that was restored. */
  async note(id: string, init: number): Promise<void> {
    if (timeNamespaceOf(String(init)) === timeNamespaceOf('self')) return;
    const { stdout } = await this.#commands.run([
      'nsenter',
      `--time=/proc/${init}/ns/time`,
      '--',
      'cat',
      `/proc/${init}/stat`,
    ]);
    const stat = parseProcessStat(stdout);
    if (stat === null) return;
    const state = JSON.parse(await readFile(join(this.#root, id, 'state.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    const dir = join(this.#timedRoot(id), id);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFile(
      join(dir, 'state.json'),
      JSON.stringify({ ...state, init_process_start: stat.startTime }),
      { mode: 0o600 },
    );
  }

  /** How runc is started for commands in a container; null when there is nothing special about it. */
  program(id: string, init: number): readonly string[] | null {
    if (
      !existsSync(join(this.#timedRoot(id), id)) ||
      timeNamespaceOf(String(init)) === timeNamespaceOf('self')
    )
      return null;
    return ['nsenter', `--time=/proc/${init}/ns/time`, '--', this.#program, '--root', this.#timedRoot(id)];
  }
}

/** Equal for all where the kernel has no such namespaces, or the process has ended. */
const timeNamespaceOf = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/ns/time`);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH')) return pid === 'self' ? '' : timeNamespaceOf('self');
    throw error;
  }
};
