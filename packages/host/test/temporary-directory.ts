import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { removeTree } from '../src/files/remove-tree.ts';

/** A directory of its own for every test, removed afterwards unless something is still mounted in it (then the test fails). */
export const temporaryDirectories = (): (() => Promise<string>) => {
  const made: string[] = [];
  afterEach(async () => {
    for (const dir of made.splice(0)) await removeTree(dir, undefined);
  });
  return async () => {
    const dir = await mkdtemp(join(tmpdir(), 'insula-host-'));
    made.push(dir);
    return dir;
  };
};
