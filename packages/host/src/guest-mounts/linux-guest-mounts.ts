import { readFile } from 'node:fs/promises';
import type { CommandRunner } from '../commands/command-runner.ts';
import type { GuestMount, GuestMounts, Rebinding } from './guest-mounts.ts';
import { rebindScript } from './rebind-script.ts';

/** By /proc/PID/mountinfo, and by perl, which every Debian has: a thread of Node cannot enter a mount namespace (setns(2)). */
export class LinuxGuestMounts implements GuestMounts {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async list(init: number): Promise<readonly GuestMount[]> {
    const text = await readFile(`/proc/${init}/mountinfo`, 'latin1').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const [left = '', right = ''] = line.split(' - ', 2);
      const [, , device, , target] = left.split(' ');
      const [type = ''] = right.split(' ');
      return device === undefined || target === undefined ? [] : [{ target, type, device }];
    });
  }

  async rebind(
    init: number,
    rebindings: readonly Rebinding[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const setns = process.arch === 'arm64' ? '268' : '308';
    const pairs = rebindings.flatMap(({ source, target }) => [source, target]);
    await this.#commands.run(
      [
        'perl',
        '-e',
        rebindScript,
        '--',
        setns,
        process.arch === 'arm64' ? '39' : '166',
        `/proc/${init}/ns/mnt`,
        ...pairs,
      ],
      options.signal === undefined ? {} : { signal: options.signal },
    );
  }
}
