import { constants, openSync, readFileSync, statfsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { CommandRunner } from '../commands/command-runner.ts';
import { limitProcess, type ProcessLimitName } from '../syscalls/limit-calls.ts';
import { configureString, pickFileSystem, reconfigureFileSystem } from '../syscalls/mount-calls.ts';
import { descriptorPath, openBelow, openPath, resolve, withDescriptor } from '../syscalls/path-calls.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import type { GuestLimits } from './guest-limits.ts';

/** DEVPTS_SUPER_MAGIC of include/uapi/linux/magic.h */
const devptsMagic = 0x1cd1;

/** Bit of CAP_SYS_RESOURCE in include/uapi/linux/capability.h */
const capSysResource = 24n;

/** Group of terminals in every distribution: "tty". */
const terminalGroup = 5;

/** By nsenter(1) with the host's sysctl(8), prlimit(2) and fsconfig(2). */
export class LinuxGuestLimits implements GuestLimits {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async writeSettings(
    init: number,
    settings: Readonly<Record<string, string>>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    if (lines.length === 0) return;
    // only root of the namespace may write settings of its ipc namespace (ipc_permissions() in ipc/ipc_sysctl.c); mounts and pids
    // stay the host's: its programs run, and nobody inside sees or traces them
    const enter = ['user', 'ipc'].map((name) => `--${name}=/proc/${init}/ns/${name}`);
    const argv = ['nsenter', ...enter, '--setuid=0', '--setgid=0', '--', 'sysctl', '--quiet', '--load=-'];
    await this.#commands.run(argv, {
      stdin: lines.join(''),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  async mayRaise(): Promise<boolean> {
    const effective =
      /^CapEff:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0';
    return ((BigInt(`0x${effective}`) >> capSysResource) & 1n) === 1n;
  }

  async limitProcesses(
    pids: readonly number[],
    limits: Readonly<Partial<Record<ProcessLimitName, number | null>>>,
  ): Promise<void> {
    for (const pid of pids) {
      for (const [name, hard] of Object.entries(limits)) {
        try {
          limitProcess(pid, name as ProcessLimitName, hard);
        } catch (error) {
          if (!hasErrorCode(error, 'ESRCH')) throw error;
        }
      }
    }
  }

  async changeOomScores(pids: readonly number[], from: number, to: number): Promise<void> {
    for (const pid of pids) {
      const path = `/proc/${pid}/oom_score_adj`;
      try {
        if (Number(await readFile(path, 'utf8')) === from) await writeFile(path, String(to));
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT', 'ESRCH')) throw error;
      }
    }
  }

  async limitTerminals(init: number, most: number, idBase: number): Promise<void> {
    const path = '/dev/pts';
    await withDescriptor(openSync(`/proc/${init}/root`, openPath | constants.O_DIRECTORY), async (root) => {
      const how = { flags: openPath | constants.O_DIRECTORY, resolve: resolve.inRoot | resolve.noMagicLinks };
      await withDescriptor(openBelow(root, path, how), async (directory) => {
        if (statfsSync(descriptorPath(directory)).type !== devptsMagic) {
          throw new SystemError({ code: 'EINVAL', errno: 22, syscall: 'fspick', path, note: 'no devpts' });
        }
        // a reconfiguration sets every option anew; whose ids they are in depends on the kernel's age
        try {
          await reconfigureDevpts(directory, most, idBase + terminalGroup);
        } catch (error) {
          if (!hasErrorCode(error, 'EINVAL')) throw error;
          await reconfigureDevpts(directory, most, terminalGroup);
        }
      });
    });
  }
}

const reconfigureDevpts = async (directory: number, most: number, group: number): Promise<void> => {
  await withDescriptor(pickFileSystem(directory), async (context) => {
    const options = { max: String(most), mode: '0620', ptmxmode: '0666', gid: String(group) };
    for (const [key, value] of Object.entries(options)) configureString(context, key, value);
    await reconfigureFileSystem(context, '/dev/pts');
  });
};
