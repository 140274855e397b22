import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { ExecRequest, fault, operationTable, type StreamControl, type WindowSize } from '@insula/contract';
import type { Terminal } from '@insula/host';
import { allowed, type PreparedExec, prepareExec } from '@insula/ve';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { codeError } from '../code-error.ts';
import type { Node } from '../node.ts';
import { routeOf } from './routes.ts';
import { EarlyOutput, RunningExec } from './running-exec.ts';
import { SocketStream } from './socket-stream.ts';

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
  const { name } = entry.spec;
  try {
    if (request.terminal === undefined) await withPipes({ node, exec, stream, ve: name });
    else await withTerminal({ node, exec, stream, ve: name }, request.terminal);
  } finally {
    await exec.cleanUp();
  }
}

interface Run {
  readonly node: Node;
  readonly exec: PreparedExec;
  readonly stream: SocketStream;
  readonly ve: string;
}

async function withPipes({ node, exec, stream, ve }: Run): Promise<void> {
  const command = await node.host.commands.start(exec.argv, {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const { stdin, stdout, stderr } = command;
  if (stdin === null || stdout === null || stderr === null)
    throw fault('internal', { problem: 'a stream is missing' });
  const running = new RunningExec(node, exec, command.exited);
  const errors = new EarlyOutput((bytes) => stream.send('error', bytes, stderr));
  // A command that does not read its input breaks the pipe; that is its own affair.
  stdin.on('error', () => undefined);
  stdin.on('drain', () => stream.resumeInput());
  stdout.on('data', (bytes: Buffer) => stream.send('output', bytes, stdout));
  stderr.on('data', (bytes: Buffer) => {
    errors.take(bytes);
    if (errors.isHeld) void running.started().then((process) => process !== null && errors.release());
  });
  stream.handle({
    input(bytes) {
      if (!stdin.write(bytes)) stream.pauseInput();
    },
    control(message: StreamControl) {
      if (message.kind === 'eof') stdin.end();
      if (message.kind === 'signal') void running.signal(message.signal);
    },
    closed() {
      stdin.destroy();
      void running.endOrphan();
    },
  });
  const { exitCode, signal } = await command.exited;
  if (!(await running.wasStarted())) throw errors.complaint(ve);
  errors.release();
  const number = signal === null ? null : (constants.signals[signal as NodeJS.Signals] ?? 0);
  stream.end({ kind: 'exit', code: exitCode ?? 128 + (number ?? 0), signal: number });
}

async function withTerminal({ node, exec, stream, ve }: Run, size: WindowSize): Promise<void> {
  const terminal: Terminal = node.host.terminals.spawn({ argv: exec.argv, ...size });
  const running = new RunningExec(node, exec, terminal.exited);
  const output = new EarlyOutput((bytes) => stream.send('output', bytes, terminal));
  terminal.onData((bytes) => output.take(bytes));
  // Before runc has made its terminal raw, Ctrl-C would end runc, and what is typed would be echoed twice.
  void running.started().then(async () => {
    if (!(await running.wasStarted())) return;
    output.release();
    stream.handle({
      input: (bytes) => terminal.write(bytes),
      control(message: StreamControl) {
        if (message.kind === 'resize') terminal.resize(message.columns, message.rows);
        if (message.kind === 'signal') void running.signal(message.signal);
        if (message.kind === 'eof') terminal.write('\u0004');
      },
      closed() {
        terminal.kill();
        void running.endOrphan();
      },
    });
  });
  const { exitCode, signalNumber } = await terminal.exited;
  if (!(await running.wasStarted())) throw output.complaint(ve);
  output.release();
  stream.end({ kind: 'exit', code: exitCode, signal: signalNumber === 0 ? null : signalNumber });
}
