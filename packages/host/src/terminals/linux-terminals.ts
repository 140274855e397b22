import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { CommandFailed } from '../commands/command-failed.ts';
import type { Terminal, TerminalExit, TerminalSpawn, Terminals } from './terminals.ts';

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** node-pty forks first and cannot tell that the program is missing: look before. */
const isFound = (file: string, path: string): boolean =>
  file.includes('/')
    ? isExecutable(file)
    : path.split(delimiter).some((dir) => isExecutable(join(dir, file)));

/** Pseudo-terminals through node-pty. */
export class LinuxTerminals implements Terminals {
  spawn(options: TerminalSpawn): Terminal {
    const [file, ...args] = options.argv;
    const path = options.env?.['PATH'] ?? defaultPath;
    if (file === undefined || !isFound(file, path)) throw notFound(options.argv);
    const pty = spawn(file, args, {
      name: 'xterm-256color',
      cols: options.columns,
      rows: options.rows,
      cwd: options.cwd ?? '/',
      env: { PATH: path, LANG: 'C.UTF-8', HOME: '/root', TERM: 'xterm-256color', ...options.env },
      // bytes as they are: a character may be cut by the end of a read
      encoding: null,
    });
    return terminalOf(pty);
  }
}

const terminalOf = (pty: IPty): Terminal => {
  let hasEnded = false;
  const exited = new Promise<TerminalExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      hasEnded = true;
      resolve({ exitCode, signalNumber: signal ?? 0 });
    });
  });
  // node-pty goes by pid and descriptor, which may be somebody else's after the end
  const unlessEnded = (work: () => void): void => {
    if (!hasEnded) work();
  };
  return {
    pid: pty.pid,
    exited,
    onData: (listener) => {
      // with no encoding the data are buffers, whatever the types say
      pty.onData((data: unknown) => listener(Buffer.isBuffer(data) ? data : Buffer.from(String(data))));
    },
    write: (bytes) => unlessEnded(() => pty.write(typeof bytes === 'string' ? bytes : asTyped(bytes))),
    resize: (columns, rows) => unlessEnded(() => pty.resize(Math.max(1, columns), Math.max(1, rows))),
    kill: (signal) => unlessEnded(() => pty.kill(signal)),
    pause: () => unlessEnded(() => pty.pause()),
    resume: () => unlessEnded(() => pty.resume()),
  };
};

/** node-pty writes buffers as they are, whatever its types say. */
const asTyped = (bytes: Uint8Array): string => Buffer.from(bytes) as unknown as string;

const notFound = (argv: readonly string[]): CommandFailed =>
  new CommandFailed({
    argv,
    exitCode: null,
    signal: null,
    stdout: '',
    stderr: '',
    timedOut: false,
    isCanceled: false,
    isMaxOutput: false,
    isNotFound: true,
  });
