import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { type CodedError, fault, operationTable } from '@insula/contract';
import { allowed, prepareExec, type VeEntry } from '@insula/ve';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Node } from '../node.ts';
import { routeOf } from './routes.ts';

/** Characters of tar's error output that are kept. */
const maxComplaint = 4_096;

/**
 * Files in and out of running VEs as tar streams. The tar that packs and unpacks runs inside the VE, behind its walls: a hostile
 * tree can only mislead itself. Whoever unpacks a pulled stream must not trust it.
 */
export function registerFiles(server: FastifyInstance, node: Node): void {
  server.addContentTypeParser('application/x-tar', (_request, _payload, done) => done(null));
  server.route({
    ...routeOf(operationTable['ve.files.pull']),
    async handler(request, reply) {
      const { entry, path } = subject(node, request);
      const { dir, name } = splitPath(path);
      const tar = await startTar(node, entry, ['-c', '-f', '-', '-C', dir, '--', name]);
      // The status line is still ours while nothing was sent: a missing file becomes an error, not an empty archive.
      const started = await Promise.race([
        once(tar.stdout, 'readable').then(() => tar.stdout.readableLength > 0),
        tar.ended.then(() => false),
      ]);
      if (!started && tar.stdout.readableLength === 0) throw await tar.fault(path);
      return await reply.type('application/x-tar').send(Readable.from(whole(tar), { objectMode: false }));
    },
  });
  server.route({
    ...routeOf(operationTable['ve.files.push']),
    async handler(request, reply) {
      const { entry, path } = subject(node, request);
      const tar = await startTar(node, entry, ['-x', '-f', '-', '-C', path]);
      feed(request.raw, tar.stdin);
      if ((await tar.ended) !== 0) throw await tar.fault(path);
      return await reply.send(null);
    },
  });
}

/**
 * Hands an upload to tar. When tar ends first, the rest is read and dropped: a connection cut off in the middle of an upload would
 * never see why it failed. When the client goes first, tar sees an archive that was cut off.
 */
function feed(upload: Readable, stdin: Writable): void {
  upload.pipe(stdin);
  upload.once('close', () => stdin.destroy());
  stdin.once('close', () => {
    upload.unpipe(stdin);
    upload.resume();
  });
}

/** An archive to its end; one whose tar failed half-way breaks the connection, so that it does not look complete. */
async function* whole({ stdout, ended }: Tar): AsyncIterable<Buffer> {
  for await (const chunk of stdout) yield chunk as Buffer;
  const code = await ended;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}

function subject(node: Node, request: FastifyRequest) {
  const { ve } = request.params as { readonly ve: string };
  const { path } = request.query as { readonly path: string };
  return { entry: allowed('ve.files.pull', node.registry.find(ve)), path };
}

/** Folder and last part of a path inside a VE; `/` itself is packed as its content. */
function splitPath(path: string): { readonly dir: string; readonly name: string } {
  const trimmed = path.replace(/\/+$/, '');
  const cut = trimmed.lastIndexOf('/');
  return cut === -1
    ? { dir: '/', name: '.' }
    : { dir: trimmed.slice(0, cut) || '/', name: trimmed.slice(cut + 1) };
}

interface Tar {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Exit code, once it has ended and its files are cleaned up. */
  readonly ended: Promise<number>;
  /** What went wrong, in the words of the catalogue. */
  fault(path: string): Promise<CodedError>;
}

async function startTar(node: Node, { spec }: VeEntry, options: readonly string[]): Promise<Tar> {
  const exec = await prepareExec(
    node.ports,
    node.registry.find(spec.uuid),
    { command: ['tar', ...options] },
    randomUUID(),
  );
  const command = await node.host.commands.start(exec.argv, {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const { stdin, stdout, stderr } = command;
  if (stdin === null || stdout === null || stderr === null)
    throw fault('internal', { problem: 'a stream is missing' });
  stdin.on('error', () => undefined);
  let complaint = '';
  stderr.on('data', (bytes: Buffer) => {
    if (complaint.length < maxComplaint) complaint += bytes.toString();
  });
  const ended = command.exited.then(async ({ exitCode }) => {
    await exec.cleanUp();
    return exitCode ?? 1;
  });
  return {
    stdin,
    stdout,
    ended,
    async fault(path) {
      await ended;
      const problem = complaint.trim().split('\n')[0] ?? '';
      if (/no such file or directory/i.test(problem)) return fault('file_not_found', { path, ve: spec.name });
      return fault('copy_failed', {
        ve: spec.name,
        problem: problem === '' ? 'it does not say why' : problem,
      });
    },
  };
}
