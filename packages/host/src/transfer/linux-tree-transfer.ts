import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandExit, CommandRunner, RunningCommand } from '../commands/command-runner.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import type { Packing, TreeState, TreeTransfer } from './tree-transfer.ts';

const attributes = ['--xattrs', '--xattrs-include=*', '--acls', '--numeric-owner', '--sparse'] as const;

/** tar's own statuses (tar(1), "Return value"): 1 says that a file changed while it was read. */
const changedMeanwhile = 1;

const bufferBytes = 1_048_576;

const pathOf = (dir: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name, 'latin1')]);

/** GNU tar. */
export class LinuxTreeTransfer implements TreeTransfer {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async settle(dir: string): Promise<void> {
    await this.#commands.run(['sync', '--file-system', '--', dir]);
  }

  async state(dir: string): Promise<TreeState> {
    const state: Record<string, string> = {};
    const visit = (name: string): void => {
      for (const child of namesIn(pathOf(dir, name))) {
        const below = name === '' ? child : `${name}/${child}`;
        const stat = statOf(pathOf(dir, below));
        if (stat === null) continue;
        state[below] = describe(stat);
        if (stat.isDirectory()) visit(below);
      }
    };
    const root = statOf(Buffer.from(dir));
    if (root !== null) state['.'] = describe(root);
    visit('');
    return state;
  }

  async pack(
    dir: string,
    options: { readonly names?: readonly string[]; readonly changing: boolean; readonly signal: AbortSignal },
  ): Promise<Packing> {
    const { names } = options;
    const what =
      names === undefined ? ['.'] : ['--no-recursion', '--null', '--verbatim-files-from', '--files-from=-'];
    const argv = [
      'tar',
      '--create',
      '--file=-',
      ...attributes,
      '--one-file-system',
      '--directory',
      dir,
      ...what,
    ];
    const command = await this.#commands.start(argv, {
      stdin: names === undefined ? 'ignore' : 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      signal: options.signal,
    });
    const errors = textOf(command.stderr);
    command.stdin?.on('error', () => undefined);
    command.stdin?.end(Buffer.from((names ?? []).map((name) => `${name}\0`).join(''), 'latin1'));
    if (command.stdout === null) throw new TypeError('tar has no output');
    const done = (async () => {
      const exit = await command.exited;
      if (exit.exitCode !== 0 && !(options.changing && exit.exitCode === changedMeanwhile))
        throw failure(command, exit, await errors);
    })();
    done.catch(() => undefined);
    // read from at once: what nobody reads is thrown away when the command ends
    const stream = new PassThrough({ highWaterMark: bufferBytes });
    pipeline(command.stdout, stream).catch(() => undefined);
    return { stream, done };
  }

  async unpack(dir: string, stream: Readable, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const argv = [
      'tar',
      '--extract',
      '--file=-',
      ...attributes,
      '--preserve-permissions',
      '--same-owner',
      '--delay-directory-restore',
      '--directory',
      dir,
    ];
    const command = await this.#commands.start(argv, { stdin: 'pipe', stderr: 'pipe', signal });
    const errors = textOf(command.stderr);
    if (command.stdin === null) throw new TypeError('tar has no input');
    // the command ends by itself when its input is cut off; what cut it off says more than that
    const cut = await feed(stream, command.stdin).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    const exit = await command.exited;
    if (cut !== null) throw cut;
    if (exit.exitCode !== 0) throw failure(command, exit, await errors);
  }

  async remove(dir: string, names: readonly string[]): Promise<void> {
    for (const name of names) {
      refuseDetours(dir, name);
      await rm(pathOf(dir, name), { recursive: true, force: true });
    }
  }
}

/**
 * Writes a stream to a command to its very end. tar reads no further than the end that an archive says of itself: what follows,
 * which is padding, is read and dropped, so that whoever sends it is not cut off.
 * @throws Error when the stream breaks off
 */
const feed = async (stream: Readable, input: Writable): Promise<void> => {
  input.on('error', () => undefined);
  try {
    for await (const chunk of stream) {
      if (!input.writable || input.write(chunk)) continue;
      await new Promise<void>((resolve) => {
        input.once('drain', resolve);
        input.once('close', resolve);
      });
    }
  } finally {
    input.end();
  }
};

/** Every folder on the way must be one: nobody else writes here, so that it stays one. */
const refuseDetours = (dir: string, name: string): void => {
  const parts = name.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..');
  if (bad) throw new SystemError({ code: 'EINVAL', errno: 22, syscall: 'remove', path: `${dir}/${name}` });
  for (let length = 1; length < parts.length; length += 1) {
    const above = parts.slice(0, length).join('/');
    const stat = statOf(pathOf(dir, above));
    if (stat !== null && !stat.isDirectory())
      throw new SystemError({ code: 'ENOTDIR', errno: 20, syscall: 'remove', path: `${dir}/${above}` });
  }
};

const namesIn = (path: Buffer): readonly string[] => {
  try {
    return readdirSync(path, { encoding: 'latin1' }).sort();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
};

const statOf = (path: Buffer): BigIntStats | null =>
  lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;

const kindOf = (stat: BigIntStats): string => {
  if (stat.isDirectory()) return 'd';
  if (stat.isFile()) return 'f';
  return stat.isSymbolicLink() ? 'l' : 'o';
};

/** The time of change is the kernel's own: nobody can set it back. A folder's does not tell of what is below. */
const describe = (stat: BigIntStats): string => `${kindOf(stat)} ${stat.ino} ${stat.ctimeNs} ${stat.size}`;

const textOf = async (stream: Readable | null): Promise<string> => {
  let text = '';
  for await (const chunk of stream ?? []) text = `${text}${String(chunk)}`.slice(-4096);
  return text;
};

const failure = (command: RunningCommand, { exitCode, signal }: CommandExit, stderr: string): CommandFailed =>
  new CommandFailed({
    argv: command.argv,
    exitCode,
    signal,
    stdout: '',
    stderr,
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: false,
  });
