import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandRunner } from '../commands/command-runner.ts';
import { descriptorPath, openPath } from '../syscalls/path-calls.ts';
import { connectSeqpacket, sendMessage, stopReading } from '../syscalls/socket-calls.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import type { ConsoleEndpoint, ConsoleInput, Consoles } from './console.ts';

/** conmon takes a message whole, up to 32 KiB; a terminal queues no more than 4 KiB of input. */
const messageBytes = 4_096;

/** A line of conmon's control FIFO: "1 ROWS COLUMNS" resizes the terminal; more than 1000 of either is refused. */
const resizeCommand = 1;
const maxSize = 1_000;

const clamp = (size: number): number => Math.min(maxSize, Math.max(1, Math.trunc(size)));

/** The consoles that conmon holds, through the socket and FIFO in the bundle. */
export class LinuxConsoles implements Consoles {
  readonly #commands: CommandRunner;

  constructor({ commands }: { readonly commands: CommandRunner }) {
    this.#commands = commands;
  }

  /** A new session takes the terminal over (TIOCSCTTY with force, tty_ioctl(4)) and lets go of it by ending. */
  async release(initPid: number): Promise<void> {
    const terminal = openSync(`/proc/${initPid}/fd/0`, constants.O_RDWR | constants.O_NOCTTY);
    try {
      const session = await this.#commands.start(['setsid', '--wait', '--ctty', 'true'], { stdin: terminal });
      await session.exited;
    } finally {
      closeSync(terminal);
    }
  }

  async open(endpoint: ConsoleEndpoint): Promise<ConsoleInput> {
    // by descriptor, because an AF_UNIX address holds 107 bytes only
    const bundleFd = openSync(endpoint.bundle, openPath | constants.O_DIRECTORY);
    try {
      const socketFd = connectSeqpacket(`${descriptorPath(bundleFd)}/attach`);
      // conmon writes to its clients blocking: one that does not read would stop the VE's console. Output comes from the log instead
      stopReading(socketFd);
      return new LinuxConsoleInput(socketFd, join(endpoint.bundle, 'ctl'));
    } finally {
      closeSync(bundleFd);
    }
  }
}

class LinuxConsoleInput implements ConsoleInput {
  readonly #socketFd: number;
  readonly #controlPath: string;
  #sending: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(socketFd: number, controlPath: string) {
    this.#socketFd = socketFd;
    this.#controlPath = controlPath;
  }

  async send(bytes: Uint8Array): Promise<void> {
    const sent = this.#sending.then(async () => await this.#sendAll(bytes));
    this.#sending = sent.catch(() => undefined);
    await sent;
  }

  async resize(columns: number, rows: number): Promise<void> {
    let controlFd: number;
    try {
      controlFd = openSync(this.#controlPath, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      // no reader: conmon has gone
      if (hasErrorCode(error, 'ENXIO', 'ENOENT')) throw gone(this.#controlPath);
      throw error;
    }
    try {
      writeSync(controlFd, `${resizeCommand} ${clamp(rows)} ${clamp(columns)}\n`);
    } finally {
      closeSync(controlFd);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#socketFd);
  }

  async #sendAll(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += messageBytes) {
      await this.#sendOne(bytes.subarray(start, start + messageBytes));
    }
  }

  async #sendOne(message: Uint8Array): Promise<void> {
    for (let delay = 2; ; delay = Math.min(delay * 2, 100)) {
      if (this.#closed) throw gone('console');
      try {
        sendMessage(this.#socketFd, message);
        return;
      } catch (error) {
        if (!hasErrorCode(error, 'EAGAIN')) throw error;
      }
      await sleep(delay);
    }
  }
}

const gone = (path: string): SystemError =>
  new SystemError({ code: 'EPIPE', errno: 32, syscall: 'send', path });
