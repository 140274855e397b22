import { watch } from 'node:fs';
import { constants, type FileHandle, link, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { ConsoleLogFollow, ConsoleLogs } from './console.ts';
import { ConsoleLogDecoder } from './console-log-decoder.ts';

const blockBytes = 64 * 1024;

const openIfExists = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
};

const readAt = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
};

/** The last decoded bytes up to a place in the file. Every line carries some 45 bytes of its own, so that more may have to be read. */
const decodeTail = async (handle: FileHandle, end: number, tailBytes: number): Promise<Buffer> => {
  for (let span = Math.max(blockBytes, tailBytes * 2); ; span *= 4) {
    const start = Math.max(0, end - span);
    const bytes = await readAt(handle, start, end - start);
    const whole = start === 0 ? bytes : bytes.subarray(bytes.indexOf(0x0a) + 1);
    const decoded = new ConsoleLogDecoder().decode(whole);
    if (start === 0 || decoded.length >= tailBytes)
      return decoded.subarray(Math.max(0, decoded.length - tailBytes));
  }
};

/** The end of the last whole line before a place in the file. */
const lastLineEnd = async (handle: FileHandle, end: number): Promise<number> => {
  for (let position = end; position > 0; ) {
    const start = Math.max(0, position - blockBytes);
    const found = (await readAt(handle, start, position - start)).lastIndexOf(0x0a);
    if (found >= 0) return start + found + 1;
    position = start;
  }
  return 0;
};

/** The console logs that conmon keeps. */
export class LinuxConsoleLogs implements ConsoleLogs {
  async readTail(logPath: string, options: { readonly tailBytes: number }): Promise<Buffer> {
    const handle = await openIfExists(logPath);
    if (handle === null) return Buffer.alloc(0);
    try {
      return await decodeTail(handle, (await handle.stat()).size, options.tailBytes);
    } finally {
      await handle.close();
    }
  }

  async *follow(logPath: string, options: ConsoleLogFollow): AsyncGenerator<Buffer> {
    const { signal } = options;
    const changes = watchFile(logPath, signal);
    let handle = await openIfExists(logPath);
    try {
      let position = 0;
      if (handle !== null) {
        // a line that is being written now is told whole later
        position = await lastLineEnd(handle, (await handle.stat()).size);
        const tail = await decodeTail(handle, position, options.tailBytes ?? 0);
        if (tail.length > 0) yield tail;
      }
      const decoder = new ConsoleLogDecoder();
      while (!signal.aborted) {
        if (handle !== null) {
          const chunk = await readAt(handle, position, blockBytes);
          position += chunk.length;
          const decoded = decoder.decode(chunk);
          if (decoded.length > 0) yield decoded;
          if (chunk.length > 0) continue;
          if (!(await isReplaced(handle, logPath))) {
            await changes.next();
            continue;
          }
          // what conmon wrote between our last read and its change of files
          const rest = decoder.decode(await readAt(handle, position, (await handle.stat()).size - position));
          if (rest.length > 0) yield rest;
          await handle.close();
        }
        handle = await openIfExists(logPath);
        position = 0;
        decoder.reset();
        if (handle === null) await changes.next();
      }
    } finally {
      changes.close();
      await handle?.close();
    }
  }

  async preserveBootLog(logPath: string, bootLogPath: string): Promise<void> {
    const handle = await open(logPath, 'a', 0o600);
    await handle.close();
    try {
      await link(logPath, bootLogPath);
    } catch (error) {
      if (!hasErrorCode(error, 'EEXIST')) throw error;
    }
  }
}

/** conmon begins a new log by renaming a new file over the old one. A log that is gone altogether may still be written to. */
const isReplaced = async (handle: FileHandle, path: string): Promise<boolean> => {
  try {
    const [held, named] = await Promise.all([handle.stat(), stat(path)]);
    return held.ino !== named.ino || held.dev !== named.dev;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
};

interface Changes {
  /** Settles when the file changed since the last call, or the signal is aborted. */
  next(): Promise<void>;
  close(): void;
}

const watchFile = (path: string, signal: AbortSignal): Changes => {
  let changed = false;
  let wake: () => void = () => undefined;
  const notice = (): void => {
    changed = true;
    wake();
  };
  const watcher = watch(dirname(path), { persistent: false }, (_kind, name) => {
    if (name === null || name === basename(path)) notice();
  });
  watcher.on('error', () => watcher.close());
  signal.addEventListener('abort', notice, { once: true });
  return {
    next: async () => {
      if (!changed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      changed = false;
    },
    close: () => {
      signal.removeEventListener('abort', notice);
      watcher.close();
    },
  };
};
