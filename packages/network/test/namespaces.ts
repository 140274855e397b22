import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PeerQuestion } from './peer-server.ts';

/** A process that answers questions in a namespace of its own or another's; see `answerLines`. */
export class Server<Question> {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessWithoutNullStreams, lines: Interface) {
    this.#child = child;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Starts `program ...argv` behind a command such as unshare or nsenter, which becomes it. */
  static async start<Question>(
    prefix: readonly string[],
    program: string,
    ...argv: string[]
  ): Promise<Server<Question>> {
    const [file = '', ...args] = [
      ...prefix,
      process.execPath,
      fileURLToPath(new URL(program, import.meta.url)),
      ...argv,
    ];
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stderr.pipe(process.stderr);
    const server = new Server<Question>(child, createInterface({ input: child.stdout }));
    await server.#next();
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async tell(question: Question): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const reply = JSON.parse(await this.#next()) as { readonly value?: unknown; readonly error?: string };
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.value;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
  }

  async #next(): Promise<string> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('the server in the namespace ended');
    return line.value;
  }
}

/** Somebody to talk with, in a new network namespace. */
export async function startPeer(...unshare: string[]): Promise<Server<PeerQuestion>> {
  return await Server.start(['unshare', '--net', ...unshare, '--'], 'peer-server.ts');
}

/** The same in a network namespace that is there. */
export async function startPeerWith(pid: number): Promise<Server<PeerQuestion>> {
  return await Server.start(['nsenter', `--net=/proc/${pid}/ns/net`, '--'], 'peer-server.ts');
}
