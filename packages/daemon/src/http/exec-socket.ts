import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ExecRequest, fault, operationTable, type StreamControl } from '@insula/contract';
import type { ProcessIdentity, Terminal } from '@insula/host';
import { allowed, type PreparedExec, prepareExec } from '@insula/ve';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { codeError } from '../code-error.ts';
import type { Node } from '../node.ts';
import { routeOf } from './routes.ts';
import { SocketStream } from './socket-stream.ts';

/** Milliseconds that runc gets to say which process it started. */
const pidPatience = 2_000;

/** Milliseconds that a command gets to end after its client has gone. */
const orphanPatience = 5_000;

/** Runs commands in VEs over WebSockets. A command ends with its client: nothing goes on unseen. */
export function registerExec(server: FastifyInstance, node: Node): void {
  server.route({
    ...routeOf(operationTable['ve.exec']),
    handler: async () => {
      throw fault('malformed_request', { problem: 'this call is a WebSocket' });
    },
    wsHandler: (socket: WebSocket, request) => {
      const { ve } = request.params as { readonly ve: string };
      const stream = new SocketStream(socket);
      runExec(node, ve, stream).catch((error: unknown) => stream.fail(codeError(error)));
    },
  });
}

async function runExec(node: Node, ve: string, stream: SocketStream): Promise<void> {
  const request = await stream.request<ExecRequest>(ExecRequest);
  const entry = allowed('ve.exec', node.registry.find(ve));
  const exec = await prepareExec(node.ports, entry, request, randomUUID());
  try {
    if (request.terminal === undefined) await withPipes(node, exec, stream);
    else await withTerminal(node, exec, request.terminal, stream);
  } finally {
    await exec.cleanUp();
  }
}

async function withPipes(node: Node, exec: PreparedExec, stream: SocketStream): Promise<void> {
  const command = await node.host.commands.start(exec.argv, {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const { stdin, stdout, stderr } = command;
  if (stdin === null || stdout === null || stderr === null)
    throw fault('internal', { problem: 'a stream is missing' });
  // A command that does not read its input breaks the pipe; that is its own affair.
  stdin.on('error', () => undefined);
  stdin.on('drain', () => stream.resumeInput());
  stdout.on('data', (bytes: Buffer) => stream.send('output', bytes, stdout));
  stderr.on('data', (bytes: Buffer) => stream.send('error', bytes, stderr));
  stream.handle({
    input(bytes) {
      if (!stdin.write(bytes)) stream.pauseInput();
    },
    control(message: StreamControl) {
      if (message.kind === 'eof') stdin.end();
      if (message.kind === 'signal') void sendSignal(node, exec, message.signal);
    },
    closed() {
      stdin.destroy();
      void endOrphan(node, exec);
    },
  });
  const { exitCode, signal } = await command.exited;
  const number = signal === null ? null : (constants.signals[signal as NodeJS.Signals] ?? 0);
  stream.end({ kind: 'exit', code: exitCode ?? 128 + (number ?? 0), signal: number });
}

async function withTerminal(
  node: Node,
  exec: PreparedExec,
  size: { readonly columns: number; readonly rows: number },
  stream: SocketStream,
): Promise<void> {
  const terminal: Terminal = node.host.terminals.spawn({ argv: exec.argv, ...size });
  terminal.onData((bytes) => stream.send('output', bytes, terminal));
  stream.handle({
    input: (bytes) => terminal.write(bytes),
    control(message: StreamControl) {
      if (message.kind === 'resize') terminal.resize(message.columns, message.rows);
      if (message.kind === 'signal') void sendSignal(node, exec, message.signal);
      if (message.kind === 'eof') terminal.write('\u0004');
    },
    closed() {
      terminal.kill();
      void endOrphan(node, exec);
    },
  });
  const { exitCode, signalNumber } = await terminal.exited;
  stream.end({ kind: 'exit', code: exitCode, signal: signalNumber === 0 ? null : signalNumber });
}

/** The process in the VE itself. runc writes its pid a moment after the start. */
async function processOf(node: Node, exec: PreparedExec): Promise<ProcessIdentity | null> {
  for (let waited = 0; waited < pidPatience; waited += 10) {
    const pid = Number(await node.host.files.readTextIfExists(exec.pidFile));
    if (Number.isInteger(pid) && pid > 1) return await node.host.processes.identify(pid);
    await delay(10);
  }
  return null;
}

/** Signals go to the process in the VE, not to runc, which cannot hand every signal on. */
async function sendSignal(node: Node, exec: PreparedExec, signal: number): Promise<void> {
  const process = await processOf(node, exec);
  if (process !== null) await node.host.processes.signal(process, signal);
}

/** Ends what a client left behind: SIGHUP, as a closed terminal would, and SIGKILL a little later. */
async function endOrphan(node: Node, exec: PreparedExec): Promise<void> {
  const { processes } = node.host;
  const process = await processOf(node, exec);
  if (process === null) return;
  await processes.signal(process, constants.signals.SIGHUP);
  try {
    await processes.exited(process, { signal: AbortSignal.timeout(orphanPatience) });
  } catch {
    await processes.signal(process, constants.signals.SIGKILL);
  }
}
