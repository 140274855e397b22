import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { removeTree } from '../src/files/remove-tree.ts';

export interface TemporaryDirectories {
  /** A directory of its own for the test, removed afterwards unless something is still mounted in it (then the test fails). */
  readonly makeTemporary: () => Promise<string>;
  /** Has something done before the directories are removed; the latest first. */
  readonly cleanUp: (task: () => Promise<void>) => void;
}

export const temporaryDirectories = (): TemporaryDirectories => {
  const tasks: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const task of tasks.splice(0).reverse()) await task();
  });
  return {
    makeTemporary: async () => {
      const dir = await mkdtemp(join(tmpdir(), 'insula-host-'));
      // the root of a VE, a host user without rights, looks up the way to its root directory
      await chmod(dir, 0o711);
      tasks.push(async () => await removeTree(dir, undefined));
      return dir;
    },
    cleanUp: (task) => tasks.push(task),
  };
};
