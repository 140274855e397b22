import { createLinuxHost, type Terminal, type TerminalExit } from '@insula/host';
import { builtProgram } from './daemon-process.ts';
import { eventually } from './eventually.ts';
import {
  attempt,
  type ProgramOptions,
  type ProgramResult,
  type StartedProgram,
  startProgram,
} from './programs.ts';

const program = () => [process.execPath, builtProgram('insula')];

/** What a person at a keyboard would not have set. */
const plainEnv = { NODE_OPTIONS: '', VITEST: '', NO_COLOR: undefined, FORCE_COLOR: undefined };

export interface CommandOptions extends ProgramOptions {
  /** Runs it on a terminal of this size and types `input`; both outputs then come as stdout. */
  readonly tty?: { readonly columns: number; readonly rows: number };
}

/** The real `insula`, for one node. */
export class CommandLine {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Runs a command line to its end. */
  async run(args: readonly string[], options: CommandOptions = {}): Promise<ProgramResult> {
    if (options.tty === undefined) return await attempt([...program(), ...args], this.#options(options));
    const terminal = this.onTerminal(args, { ...options.tty, ...(options.env ? { env: options.env } : {}) });
    if (options.input !== undefined) terminal.type(asText(options.input));
    const { exitCode } = await terminal.exited;
    const stdout = terminal.screen();
    return { stdout, stderr: '', stdoutBytes: Buffer.from(stdout), code: exitCode };
  }

  /** Starts a command line that the test goes on with. */
  start(args: readonly string[], options: ProgramOptions = {}): StartedProgram {
    return startProgram([...program(), ...args], this.#options(options));
  }

  onTerminal(
    args: readonly string[],
    options: { readonly columns: number; readonly rows: number; readonly env?: ProgramOptions['env'] },
  ): TestTerminal {
    const { columns, rows, env } = options;
    const settings = { TERM: 'xterm-256color', ...env, INSULA_SOCKET: this.#socketPath, NODE_OPTIONS: '' };
    return new TestTerminal([...program(), ...args], {
      columns,
      rows,
      env: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
    });
  }

  #options(options: ProgramOptions): ProgramOptions {
    return { ...options, env: { ...plainEnv, INSULA_SOCKET: this.#socketPath, ...options.env } };
  }
}

function asText(input: NonNullable<ProgramOptions['input']>): string {
  if (typeof input === 'string') return input;
  throw new Error('what is typed on a terminal is text');
}

/** A program on a pseudo-terminal, and somebody who types and reads. */
export class TestTerminal {
  readonly #terminal: Terminal;
  readonly #chunks: Buffer[] = [];

  constructor(
    argv: readonly string[],
    size: {
      readonly columns: number;
      readonly rows: number;
      readonly env: Readonly<Record<string, string>>;
    },
  ) {
    const { terminals } = createLinuxHost({ runcRoot: '/nonexistent' });
    this.#terminal = terminals.spawn({ argv, ...size });
    this.#terminal.onData((bytes) => this.#chunks.push(bytes));
  }

  get pid(): number {
    return this.#terminal.pid;
  }

  get exited(): Promise<TerminalExit> {
    return this.#terminal.exited;
  }

  /** Everything that was printed so far, escape sequences included. */
  screen(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  /** Settles when something was printed. */
  async shows(wanted: string | RegExp): Promise<void> {
    await eventually(`the terminal shows ${String(wanted)}`, () => {
      const screen = this.screen();
      return typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen);
    });
  }

  type(text: string | Uint8Array): void {
    this.#terminal.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  kill(signal?: string): void {
    this.#terminal.kill(signal);
  }
}
