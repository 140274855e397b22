import { pipeline } from 'node:stream/promises';
import { fault } from '@insula/contract';
import { CommandFailed, type CommandRunner, type RunningCommand } from '@insula/host';
import { isolated } from '../isolation.ts';
import { type Judge, TarGuard } from './tar-guard.ts';
import { BadArchive } from './tar-header.ts';

export interface Unpacking {
  readonly commands: CommandRunner;
  /** A file of the node: tar, as it is or compressed by gzip, bzip2, xz or zstd. */
  readonly archive: string;
  /** Existing directory. */
  readonly into: string;
  readonly judge: Judge;
  /** Owners, modes, ACLs and attributes as the archive has them; otherwise all is root's. */
  readonly exact: boolean;
  /** Held while it is unpacked. */
  readonly lock: string;
  readonly signal: AbortSignal;
}

/** How compressed files begin, and what reads them. */
const decompressors: readonly (readonly [magic: string, argv: readonly string[]])[] = [
  ['1f8b', ['gzip', '--decompress', '--stdout', '--quiet', '--']],
  ['425a68', ['bzip2', '--decompress', '--stdout', '--quiet', '--']],
  ['fd377a585a00', ['xz', '--decompress', '--stdout', '--quiet', '--memlimit-decompress=1GiB', '--']],
  ['28b52ffd', ['zstd', '--decompress', '--stdout', '--quiet', '--']],
];

/**
 * Unpacks an archive that may be hostile: every entry is judged before tar sees it.
 * @throws CodedError archive_refused, no_space; the reason of the signal when that was aborted
 */
export async function unpackArchive(unpacking: Unpacking): Promise<void> {
  const { archive, commands, into, judge, lock, signal } = unpacking;
  signal.throwIfAborted();
  const reading = await commands.start([...(await readerOf(commands, archive, signal)), archive], {
    stdout: 'pipe',
    stderr: 'pipe',
    signal,
  });
  const exact = [
    '--same-owner',
    '--same-permissions',
    '--acls',
    // those of overlays would lead to other files than the archive's own
    '--xattrs-include=user.*',
    '--xattrs-include=security.capability',
  ];
  const plain = ['--no-same-owner', '--no-same-permissions'];
  const tar = [
    'tar',
    '--extract',
    '--file=-',
    `--directory=${into}`,
    '--numeric-owner',
    '--delay-directory-restore',
    ...(unpacking.exact ? exact : plain),
  ];
  const writing = await commands.start(isolated(lock, [], tar), { stdin: 'pipe', stderr: 'pipe', signal });
  const complaints = [listen(reading), listen(writing)] as const;
  const failure = await flow(reading, new TarGuard(judge), writing, signal);
  // the one that is left reads or writes to nobody: it ends by itself, but for one that waits for its input
  if (failure !== null) for (const command of [reading, writing]) command.kill();
  const [read, written] = await Promise.all([reading.exited, writing.exited]);
  signal.throwIfAborted();
  const refuse = (problem: string) => fault('archive_refused', { archive, problem }, { cause: failure });
  if (failure instanceof BadArchive) throw refuse(failure.message);
  const [unread, unwritten] = await Promise.all(complaints);
  if (/No space left|Disk quota exceeded/.test(unwritten))
    throw fault('no_space', { path: into, free: 0, needed: 'more' });
  if (failure === null && read.exitCode === 0 && written.exitCode === 0) return;
  if (read.exitCode !== 0 && read.exitCode !== null) throw refuse(`it cannot be read: ${firstLine(unread)}`);
  throw refuse(`it cannot be unpacked: ${firstLine(unwritten)}`);
}

/** The command that gives out a file's content, decompressed. @throws CodedError archive_refused when there is no such file */
async function readerOf(
  commands: CommandRunner,
  archive: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let magic: string;
  try {
    const { stdout } = await commands.run(['od', '-An', '-tx1', '-N6', '--', archive], { signal });
    magic = stdout.replaceAll(/\s/g, '');
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.isCanceled) throw error;
    throw fault('archive_refused', { archive, problem: 'it is no file that can be read' }, { cause: error });
  }
  return decompressors.find(([begin]) => magic.startsWith(begin))?.[1] ?? ['cat', '--'];
}

async function flow(
  { stdout }: RunningCommand,
  guard: TarGuard,
  { stdin }: RunningCommand,
  signal: AbortSignal,
): Promise<unknown> {
  if (stdout === null || stdin === null) throw fault('internal', { problem: 'a stream is missing' });
  try {
    await pipeline(stdout, guard, stdin, { signal });
    return null;
  } catch (error) {
    return error;
  }
}

const keptCharacters = 2_000;

async function listen({ stderr }: RunningCommand): Promise<string> {
  let text = '';
  if (stderr === null) return text;
  for await (const chunk of stderr.setEncoding('utf8') as AsyncIterable<string>)
    if (text.length < keptCharacters) text += chunk;
  return text;
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0] || 'nothing was said about it';
