import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import type { NodePaths } from './node-config.ts';

export const repository = join(import.meta.dirname, '..', '..');

/** Daemons of this process, so that none outlives it when the runner is stopped in the middle. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** One of the programs that `build-programs.ts` has built for this run. */
export function builtProgram(name: 'insula' | 'insulad'): string {
  const dir = process.env['INSULA_TEST_PROGRAMS'];
  if (dir === undefined) throw new Error('the programs were not built: run the tests as project "system"');
  return join(dir, `${name}.mjs`);
}

/** One run of the real daemon as a child of the test. */
export class DaemonProcess {
  readonly #child: ChildProcess;
  readonly #paths: NodePaths;
  readonly #exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  constructor(options: {
    readonly paths: NodePaths;
    readonly namespace: NetworkNamespace;
    readonly env: Readonly<Record<string, string>>;
  }) {
    const { paths, namespace, env } = options;
    const node = [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      builtProgram('insulad'),
      '--config',
      paths.config,
    ];
    const [program = '', ...args] = namespace.argv(node);
    const log = openSync(paths.log, 'a');
    this.#paths = paths;
    this.#child = spawn(program, args, {
      stdio: ['ignore', log, log],
      // vitest's own settings are not the daemon's
      env: { ...process.env, NODE_OPTIONS: '', VITEST: '', ...env },
    });
    closeSync(log);
    alive.add(this.#child);
    this.#exited = once(this.#child, 'exit').then(([code, signal]) => {
      alive.delete(this.#child);
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Settles once it answers. @throws Error with the end of its log when it ends instead */
  async ready(): Promise<void> {
    await eventually('insulad answers', async () => {
      if (!this.isRunning) return 'ended';
      return (await answers(this.#paths.socket)) ? 'ready' : undefined;
    });
    if (!this.isRunning) throw new Error(`insulad did not start:\n${this.logTail()}`);
  }

  /** Sends a signal and waits for the end. */
  async end(
    signal: NodeJS.Signals,
  ): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    if (this.isRunning) this.#child.kill(signal);
    return await this.#exited;
  }

  /** Settles when it has ended by itself, as a test that injects faults makes it. */
  async exited(): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    return await this.#exited;
  }

  logTail(): string {
    return readFileSync(this.#paths.log, 'utf8').split('\n').slice(-40).join('\n');
  }
}

async function answers(socketPath: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const call = request({ socketPath, path: '/v1/node' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('error', () => resolve(false));
    call.end();
  });
}
