import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Cgroups } from '../cgroups/cgroups.ts';
import type { CommandRunner, RunningCommand } from '../commands/command-runner.ts';
import type { Processes, ProcessIdentity } from '../processes/processes.ts';
import { openPath } from '../syscalls/path-calls.ts';
import { SystemError } from '../syscalls/system-error.ts';
import { readFacts } from './facts-line.ts';
import { filesScript } from './files-script.ts';
import {
  GuestFileChanged,
  type GuestFileFacts,
  type GuestFileRead,
  type GuestFileRequest,
  type GuestFiles,
  type GuestFileWrite,
  type GuestPlace,
} from './guest-files.ts';
import { PipeLines } from './pipe-lines.ts';
import { requestLine } from './request-line.ts';

/**
 * setns, unshare, fchdir, setgroups, setresgid, setresuid, statx, renameat2, fchownat, fsync, llistxattr, lgetxattr, lsetxattr:
 * arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h
 */
const callNumbers: Readonly<Record<string, readonly number[]>> = {
  x64: [308, 272, 81, 116, 119, 117, 332, 316, 260, 74, 195, 192, 189],
  arm64: [268, 97, 50, 159, 149, 147, 291, 276, 54, 82, 12, 9, 6],
};

/** The user namespace before that of mounts, which takes its rights; the others are entered as root of the node. */
const namespaces = ['net', 'ipc', 'uts', 'user', 'mnt'] as const;

/** Bytes of one piece of an upload. */
const pieceBytes = 65_536;

/** What a process gets to tidy up in. */
const lastWordsMs = 2_000;

interface Signal {
  readonly signal: AbortSignal;
}

interface Worker {
  readonly command: RunningCommand;
  readonly lines: PipeLines;
}

/** One short-lived process for each call: it enters the VE, becomes its root, and does it. See `filesScript`. */
export class LinuxGuestFiles implements GuestFiles {
  readonly #commands: CommandRunner;
  readonly #cgroups: Pick<Cgroups, 'join'>;
  readonly #processes: Pick<Processes, 'isAlive'>;

  constructor(ports: {
    readonly commands: CommandRunner;
    readonly cgroups: Pick<Cgroups, 'join'>;
    readonly processes: Pick<Processes, 'isAlive'>;
  }) {
    this.#commands = ports.commands;
    this.#cgroups = ports.cgroups;
    this.#processes = ports.processes;
  }

  async request(
    place: GuestPlace,
    request: GuestFileRequest,
    { signal }: Signal,
  ): Promise<readonly GuestFileFacts[]> {
    return await this.#working(place, requestLine(request), signal, async ({ lines }) => {
      const found: GuestFileFacts[] = [];
      for (;;) {
        const line = answered(await lines.next(), request.path);
        if (line === '.') return found;
        found.push(readFacts(line));
      }
    });
  }

  async read(
    place: GuestPlace,
    { path, offset, length }: GuestFileRead,
    { signal }: Signal,
  ): Promise<{ readonly facts: GuestFileFacts; readonly content: Readable }> {
    const line = requestLine({ kind: 'read', path, offset, length });
    const { command, lines } = await this.#start(place, line, signal);
    try {
      const facts = readFacts(answered(await lines.next(), path));
      const content = Readable.from(whole(command, lines.rest()), { objectMode: false });
      content.once('close', () => command.kill());
      return { facts, content };
    } catch (error) {
      command.kill();
      throw signal.aborted ? signal.reason : error;
    }
  }

  async write(
    place: GuestPlace,
    { path, mode, onlyIf }: GuestFileWrite,
    content: AsyncIterable<Uint8Array>,
    { signal }: Signal,
  ): Promise<GuestFileFacts> {
    const temporary = Buffer.from(`.insula-${randomBytes(8).toString('hex')}`);
    const line = requestLine({ kind: 'write', path, temporary, mode: mode ?? 0o644, onlyIf });
    return await this.#working(place, line, signal, async ({ command, lines }) => {
      answered(await lines.next(), path);
      await feed(command, content);
      const facts = readFacts(answered(await lines.next(), path));
      answered(await lines.next(), path);
      return facts;
    });
  }

  async #working<T>(
    place: GuestPlace,
    line: string,
    signal: AbortSignal,
    use: (worker: Worker) => Promise<T>,
  ): Promise<T> {
    const worker = await this.#start(place, line, signal);
    try {
      return await use(worker);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      // it takes away what it has not finished once nothing more comes
      worker.command.stdin?.destroy();
      // what hangs in a file system of the VE's own does not
      const timer = setTimeout(() => worker.command.kill(), lastWordsMs);
      await worker.command.exited;
      clearTimeout(timer);
    }
  }

  async #start(place: GuestPlace, line: string, signal: AbortSignal): Promise<Worker> {
    signal.throwIfAborted();
    const numbers = callNumbers[process.arch];
    if (numbers === undefined) throw new Error(`no numbers of system calls for ${process.arch}`);
    const held = place.kind === 'running' ? await this.#namespacesOf(place) : [openRoot(place.root)];
    let command: RunningCommand;
    try {
      command = await this.#commands.start(
        ['perl', '-e', filesScript, '--', place.kind, ...numbers.map(String)],
        // nothing of the host's language, whose files would be looked for in the VE
        { stdin: 'pipe', stdout: 'pipe', stderr: 'ignore', extra: held, env: { LANG: 'C', LC_ALL: 'C' } },
      );
    } finally {
      for (const fd of held) closeSync(fd);
    }
    command.stdin?.on('error', () => undefined);
    const lines = new PipeLines(command, signal);
    try {
      if (place.kind === 'running') {
        await this.#cgroups.join(command.pid, place.init.pid);
        await this.#mustLive(place.init);
      } else {
        answered(await lines.next(), Buffer.from('/'));
        const map = `0 ${place.ids.base} ${place.ids.count}\n`;
        for (const file of ['uid_map', 'gid_map']) writeFileSync(`/proc/${command.pid}/${file}`, map);
      }
      command.stdin?.write(`${line}\n`);
      return { command, lines };
    } catch (error) {
      command.kill();
      throw error;
    }
  }

  async #namespacesOf({ init }: Extract<GuestPlace, { kind: 'running' }>): Promise<readonly number[]> {
    const opened: number[] = [];
    try {
      for (const name of namespaces) opened.push(openSync(`/proc/${init.pid}/ns/${name}`, 'r'));
      await this.#mustLive(init);
      return opened;
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw error;
    }
  }

  /** Had it ended before what was done by its pid, the pid could have been another's by then. @throws SystemError ESRCH */
  async #mustLive(init: ProcessIdentity): Promise<void> {
    if (!(await this.#processes.isAlive(init)))
      throw new SystemError({ code: 'ESRCH', errno: 3, syscall: 'setns', path: `process ${init.pid}` });
  }
}

const openRoot = (root: string): number => openSync(root, openPath | constants.O_DIRECTORY);

/** A line that is no complaint. @throws SystemError, GuestFileChanged */
function answered(line: string, path: Buffer): string {
  if (line === '!changed') throw new GuestFileChanged('the file is not of the version that was named');
  const [, number, what = ''] = /^!(\d+) (.*)$/.exec(line) ?? [];
  if (number === undefined) return line;
  const errno = Number(number);
  throw SystemError.ofNumber({ errno, syscall: what, path: path.toString() });
}

/** Bytes of a file to its end. One that could not be read to it ends with an error, so that it does not look complete. */
async function* whole({ exited }: RunningCommand, rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield* rest;
  const { exitCode } = await exited;
  if (exitCode !== 0) throw new Error('the file could not be read to its end');
}

/** Hands on an upload in pieces, each after its length: an end that was not meant is told from the end. */
async function feed({ stdin }: RunningCommand, content: AsyncIterable<Uint8Array>): Promise<void> {
  if (stdin === null) throw new Error('a stream is missing');
  const send = async (bytes: Uint8Array): Promise<void> => {
    if (stdin.destroyed || stdin.write(bytes)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    stdin.once('drain', resolve).once('close', resolve);
    await promise;
    stdin.off('drain', resolve).off('close', resolve);
  };
  for await (const chunk of content) {
    for (let offset = 0; offset < chunk.length && !stdin.destroyed; offset += pieceBytes) {
      const piece = chunk.subarray(offset, offset + pieceBytes);
      await send(lengthOf(piece.length));
      await send(piece);
    }
    // nobody reads any more: why is in the last line, and the rest of the upload is of no use
    if (stdin.destroyed) return;
  }
  await send(lengthOf(0));
}

const lengthOf = (length: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
};
