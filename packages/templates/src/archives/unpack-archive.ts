import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fault } from '@insula/contract';
import { CommandFailed, type CommandRunner, type RunningCommand } from '@insula/host';
import { isolated } from '../isolation.ts';
import { type Judge, TarGuard } from './tar-guard.ts';
import { BadArchive } from './tar-header.ts';

export interface Scanning {
  readonly commands: CommandRunner;
  /** A file of the node: tar, as it is or compressed by gzip, bzip2, xz or zstd. */
  readonly archive: string;
  /** What errors call it; without it the path. */
  readonly called?: string;
  readonly judge: Judge;
  readonly signal: AbortSignal;
}

export interface Unpacking extends Scanning {
  /** Existing directory. */
  readonly into: string;
  /** Owners, modes, ACLs and attributes as the archive has them; otherwise all is root's. */
  readonly exact: boolean;
  /** Held while it is unpacked. */
  readonly lock: string;
}

/** How compressed files begin, and what reads them. */
const decompressors: readonly (readonly [magic: string, argv: readonly string[]])[] = [
  ['1f8b', ['gzip', '--decompress', '--stdout', '--quiet', '--']],
  ['425a68', ['bzip2', '--decompress', '--stdout', '--quiet', '--']],
  ['fd377a585a00', ['xz', '--decompress', '--stdout', '--quiet', '--memlimit-decompress=1GiB', '--']],
  ['28b52ffd', ['zstd', '--decompress', '--stdout', '--quiet', '--']],
];

/** Without this capability quotas of the file system hold for root, too: capabilities(7), CAP_SYS_RESOURCE. */
const withinQuotas = ['setpriv', '--bounding-set', '-sys_resource', '--inh-caps', '-sys_resource', '--'];

/**
 * Unpacks an archive that may be hostile: every entry is judged before tar sees it.
 * @throws CodedError archive_refused, no_space; the reason of the signal when that was aborted
 */
export async function unpackArchive(unpacking: Unpacking): Promise<void> {
  const { commands, into, lock, signal } = unpacking;
  signal.throwIfAborted();
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
  const writing = await commands.start(isolated(lock, [], [...withinQuotas, ...tar]), {
    stdin: 'pipe',
    stderr: 'pipe',
    signal,
  });
  const complaint = listen(writing);
  const { stdin } = writing;
  if (stdin === null) throw fault('internal', { problem: 'a stream is missing' });
  const failure = await feed(unpacking, stdin);
  if (failure !== null) writing.kill();
  const { exitCode } = await writing.exited;
  signal.throwIfAborted();
  const said = await complaint;
  // of a write that was cut short tar says that, and not why
  if (/No space left|Disk quota exceeded|Wrote only \d+ of/.test(said))
    throw fault('no_space', { path: into, free: 0, needed: 'more' });
  // an end of tar breaks the stream to it: then tar knows why
  if (failure !== null && !(exitCode !== null && exitCode !== 0 && isBrokenPipe(failure))) throw failure;
  if (exitCode !== 0) throw refusal(unpacking, `it cannot be unpacked: ${firstLine(said)}`);
}

/** Has every entry of an archive judged and writes nothing. @throws CodedError archive_refused */
export async function scanArchive(scanning: Scanning): Promise<void> {
  scanning.signal.throwIfAborted();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const failure = await feed(scanning, nowhere);
  scanning.signal.throwIfAborted();
  if (failure !== null) throw failure;
}

const refusal = ({ archive, called = archive }: Omit<Scanning, 'judge'>, problem: string, cause?: unknown) =>
  fault('archive_refused', { archive: called, problem }, { cause });

const isBrokenPipe = (error: Error): boolean =>
  ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String((error as NodeJS.ErrnoException).code));

/** Reads an archive through its judge into a stream. @returns what went wrong, or null */
async function feed(scanning: Scanning, sink: Writable): Promise<Error | null> {
  const { archive, commands, judge, signal } = scanning;
  let failure: Error | null = null;
  try {
    const reader = [...(await readerOf(scanning)), archive];
    const reading = await commands.start(reader, { stdout: 'pipe', stderr: 'pipe', signal });
    const complaint = listen(reading);
    if (reading.stdout === null) throw fault('internal', { problem: 'a stream is missing' });
    try {
      await pipeline(reading.stdout, new TarGuard(judge), sink, { signal });
    } catch (error) {
      reading.kill();
      failure = error instanceof BadArchive ? refusal(scanning, error.message, error) : (error as Error);
    }
    const { exitCode } = await reading.exited;
    // a reader that fails ends the archive early: its own words say more
    if (exitCode !== 0 && exitCode !== null && (failure === null || isCutOff(failure)))
      failure = refusal(scanning, `it cannot be read: ${firstLine(await complaint)}`);
  } catch (error) {
    failure = error as Error;
    sink.destroy();
  }
  return failure;
}

const isCutOff = (error: unknown): boolean =>
  error instanceof Error && error.message.endsWith('it is cut off');

/** The command that gives out a file's content, decompressed. @throws CodedError archive_refused when there is no such file */
export async function readerOf(scanning: Omit<Scanning, 'judge'>): Promise<readonly string[]> {
  const { archive, commands, signal } = scanning;
  let magic: string;
  try {
    const { stdout } = await commands.run(['od', '-An', '-tx1', '-N6', '--', archive], { signal });
    magic = stdout.replaceAll(/\s/g, '');
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.isCanceled) throw error;
    throw refusal(scanning, 'it is no file that can be read', error);
  }
  return decompressors.find(([begin]) => magic.startsWith(begin))?.[1] ?? ['cat', '--'];
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
