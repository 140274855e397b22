import { lstat, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CodedError, exitCodes, fault, requestOf } from '@insula/contract';
import { Interrupted } from '../errors/report.ts';
import { UsageError } from '../errors/usage-error.ts';
import { extractTree } from '../files/extract.ts';
import { moveContent, moveInto } from '../files/install.ts';
import { type Location, lastName, parseLocation, trimPath } from '../files/location.ts';
import { packTree } from '../files/pack.ts';
import { singleLine } from '../output/sanitize.ts';
import { positional, type Session } from '../session.ts';

type InVe = Extract<Location, { kind: 've' }>;

/** `insula cp`: between the node and a running VE. */
export async function runCopy(session: Session): Promise<number> {
  const source = parseLocation(positional(session, 'source'));
  const target = parseLocation(positional(session, 'target'));
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort(new Interrupted('interrupted; nothing was left half done here'));
  session.context.signals.on('SIGINT', onSignal);
  session.context.signals.on('SIGTERM', onSignal);
  try {
    await copy(session, { source, target, signal: interrupted.signal });
    return exitCodes.ok;
  } catch (error) {
    if (interrupted.signal.aborted) throw interrupted.signal.reason;
    throw inWords(error);
  } finally {
    session.context.signals.off('SIGINT', onSignal);
    session.context.signals.off('SIGTERM', onSignal);
  }
}

interface Copy {
  readonly source: Location;
  readonly target: Location;
  readonly signal: AbortSignal;
}

async function copy(session: Session, { source, target, signal }: Copy): Promise<void> {
  const { stdin, stdout } = session.context;
  if (source.kind === 've' && target.kind === 've') {
    throw new UsageError(
      'one side must be local',
      '`insula cp one:/path - | insula cp - other:/path` copies between VEs',
    );
  }
  if (source.kind === 've') {
    if (target.kind === 'local') return await pullTree(session, source, target.path, signal);
    if (stdout.isTTY)
      throw new UsageError('a tar stream is nothing for a terminal', 'send it into a file or a command');
    return await pipeline(await pull(session, source.ve, trimmed(source.path), signal), stdout, {
      end: false,
      signal,
    });
  }
  if (target.kind !== 've')
    throw new UsageError('neither side is in a VE', 'write VE:PATH for the side in the VE');
  if (source.kind === 'local') return await pushTree(session, source.path, target, signal);
  if (stdin.isTTY)
    throw new UsageError(
      'a tar stream is expected on standard input',
      'for example tar -c . | insula cp - web1:/srv',
    );
  await push(session, target.ve, target.path, stdin, signal);
}

async function pullTree(session: Session, source: InVe, target: string, signal: AbortSignal): Promise<void> {
  const { name, contentOnly } = lastName(source.path);
  const there = await stat(target).catch(ifMissing);
  if (there && !there.isDirectory() && contentOnly) throw new UsageError(`${target} is no folder`);
  if (!there && target.endsWith('/')) await mustBeFolder(dirname(trimPath(target)));
  // beside the final place, so that moving there is a rename
  const final = there?.isDirectory() ? (contentOnly ? target : join(target, name)) : trimPath(target);
  const beside = there?.isDirectory() ? target : dirname(final);
  await mustBeFolder(beside);
  const response = await pull(session, source.ve, trimmed(source.path), signal);
  const temporary = await mkdtemp(join(beside, '.insula-cp-'));
  try {
    const kind = await extractTree(response, {
      into: temporary,
      root: contentOnly ? '' : name,
      onSkipped: (path, why) => warn(session, `${source.ve}:${path} left out: ${why}`),
      signal,
    }).catch((error: unknown) => {
      throw asStreamFault(error, source.ve);
    });
    // some versions of tar say that a file is missing only after an empty archive
    if (kind === undefined) throw fault('file_not_found', { path: source.path, ve: source.ve });
    const content = join(temporary, 'content');
    if (kind !== 'directory' && !there && target.endsWith('/'))
      throw new UsageError(`no folder ${target}`, 'make it first');
    if (kind === 'directory' && there && !there.isDirectory())
      throw new UsageError(`${target} is no folder, but what is copied is`);
    if (kind === 'directory' && there && contentOnly) await moveContent(content, final);
    else await moveInto(content, final);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function pushTree(session: Session, source: string, target: InVe, signal: AbortSignal): Promise<void> {
  const { name, contentOnly } = lastName(source);
  const path = trimPath(source);
  const follows = contentOnly || source.endsWith('/');
  const stats = await (follows ? stat(`${path}/`) : lstat(path));
  const intoFolder = await isFolder(session, target, signal);
  if (!intoFolder && target.path.endsWith('/') && !stats.isDirectory()) {
    throw fault('file_not_found', { path: target.path, ve: target.ve });
  }
  const goal = trimPath(target.path);
  const folder = intoFolder ? goal : dirname(goal);
  const as = intoFolder ? (contentOnly ? '' : name) : lastName(goal).name;
  const tree = packTree(follows ? `${path}/` : path, {
    as,
    onSkipped: (skipped, why) => warn(session, `${skipped} left out: ${why}`),
  });
  await push(session, target.ve, folder, tree, signal);
}

function pull({ client }: Session, ve: string, path: string, signal: AbortSignal): Promise<Readable> {
  return client.open(requestOf('ve.files.pull', { params: { ve }, query: { path } }), { signal });
}

async function push(
  { client }: Session,
  ve: string,
  path: string,
  stream: Readable,
  signal: AbortSignal,
): Promise<void> {
  const headers = { 'content-type': 'application/x-tar' };
  await client.call(requestOf('ve.files.push', { params: { ve }, query: { path } }), {
    headers,
    stream,
    signal,
  });
}

/** Whether a path in a VE is a folder, or a link to one: only then something can be packed below it. */
async function isFolder(session: Session, { ve, path }: InVe, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await pull(session, ve, `${trimPath(path) === '/' ? '' : trimPath(path)}/.`, signal);
    response.destroy();
    return true;
  } catch (error) {
    if (error instanceof CodedError && ['file_not_found', 'copy_failed'].includes(error.code)) return false;
    throw error;
  }
}

/** `/a/b/` as `/a/b`; `/a/b/.` stays: it is packed without a folder around it. */
function trimmed(path: string): string {
  const { contentOnly } = lastName(path);
  const plain = trimPath(path);
  if (!contentOnly) return plain;
  return plain === '/' ? '/.' : `${plain}/.`;
}

async function mustBeFolder(path: string): Promise<void> {
  const there = await stat(path).catch(ifMissing);
  if (!there?.isDirectory()) throw new UsageError(`no folder ${path}`, 'make it first');
}

function warn({ context, quiet }: Session, text: string): void {
  if (!quiet) context.stderr.write(`${singleLine(`insula: ${text}`)}\n`);
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** What is wrong with a stream that a VE sent; faults of the local file system stay what they are. */
function asStreamFault(error: unknown, ve: string): unknown {
  if (!(error instanceof Error) || error instanceof CodedError || error instanceof Interrupted) return error;
  if ('syscall' in error && error.syscall !== undefined) return error;
  return fault('tool_failed', { tool: `copying out of VE ${ve}`, problem: error.message }, { cause: error });
}

/** Errors of the local file system are the user's to solve. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error) || typeof error.path !== 'string')
    return error;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    ENOSPC: 'no space left',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'no folder',
  };
  return new UsageError(`${error.path}: ${words[String(error.code)] ?? error.message}`);
}
