import { watch } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { ConmonExit, ConmonWatch } from './conmon.ts';

/** conmon writes an exit under a temporary name (the id, a dot, six characters) first; an id therefore has no dot. */
export const idPattern = /^[A-Za-z0-9_-]+$/;

export const readExit = async (exitDir: string, id: string): Promise<ConmonExit | null> => {
  const path = join(exitDir, id);
  try {
    const [content, facts] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const status = Number.parseInt(content, 10);
    return Number.isNaN(status) ? null : { id, status, exitedAtMs: facts.mtimeMs };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

export const watchExits = async (
  exitDir: string,
  listener: (exit: ConmonExit) => void,
): Promise<ConmonWatch> => {
  await mkdir(exitDir, { recursive: true, mode: 0o700 });
  // a rename tells of a name more than once; the same exit is told only once
  const told = new Map<string, number>();
  const look = async (id: string): Promise<void> => {
    if (!idPattern.test(id)) return;
    const exit = await readExit(exitDir, id);
    if (exit === null) told.delete(id);
    else if (told.get(id) !== exit.exitedAtMs) {
      told.set(id, exit.exitedAtMs);
      listener(exit);
    }
  };
  const watcher = watch(exitDir, { persistent: false }, (_kind, name) => {
    if (name !== null) void look(name);
  });
  watcher.on('error', () => watcher.close());
  for (const name of await readdir(exitDir)) await look(name);
  return { close: () => watcher.close() };
};
