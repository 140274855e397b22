import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandRunner, RunningCommand } from '../commands/command-runner.ts';
import type { IdRange, UserNamespaces } from './user-namespaces.ts';

/**
 * The lines of /proc/PID/{uid,gid}_map. The second extent gives host root an id on disk (the first id past the VE's): the
 * overlay driver works as host root, and without it making its work directory fails with EOVERFLOW.
 */
export const idmapLines = (range: IdRange): string => `0 ${range.base} ${range.count}\n${range.count} 0 1\n`;

/** Made by a short-lived `unshare`: unshare(2) acts on one thread and must never run in this process. */
export class LinuxUserNamespaces implements UserNamespaces {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async withIdmapNamespace<T>(range: IdRange, use: (fd: number) => Promise<T>): Promise<T> {
    const fd = await this.#openNamespace(range);
    try {
      return await use(fd);
    } finally {
      closeSync(fd);
    }
  }

  async #openNamespace(range: IdRange): Promise<number> {
    const argv = ['unshare', '--user', '--', 'cat'];
    const holder = await this.#commands.start(argv, { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' });
    try {
      await untilItAnswers(holder);
      const lines = idmapLines(range);
      writeFileSync(`/proc/${holder.pid}/uid_map`, lines);
      writeFileSync(`/proc/${holder.pid}/gid_map`, lines);
      return openSync(`/proc/${holder.pid}/ns/user`, 'r');
    } finally {
      holder.stdin?.destroy();
    }
  }
}

/** `cat` gives back a byte only once unshare has made the namespace and become `cat`. */
const untilItAnswers = async (holder: RunningCommand): Promise<void> => {
  const { stdin, stdout, stderr } = holder;
  if (stdin === null || stdout === null || stderr === null) return;
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  // a helper that ends at once breaks this pipe; its exit tells why
  stdin.on('error', () => undefined);
  stdin.write('\n');
  const answered = once(stdout, 'data').then(() => null);
  const end = await Promise.race([answered, holder.exited]);
  if (end === null) return;
  throw new CommandFailed({
    argv: holder.argv,
    exitCode: end.exitCode,
    signal: end.signal,
    stdout: '',
    stderr: said,
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });
};
