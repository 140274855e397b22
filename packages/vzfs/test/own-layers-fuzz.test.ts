import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exact, TestPool } from './area.ts';

/*
 * Whatever a VE does to its files, and however often they are optimized in between, it sees afterwards what it saw before. The kernel
 * is asked, not a model of it: folders that hide others, that were moved and moved again, files of which only the mode was changed.
 */

const names = ['a', 'b', 'c'] as const;
const path = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));
const content = (letter: string) => letter.repeat(5000);
const letter = fc.constantFrom('x', 'y', 'z');

type Act = (root: string) => void;
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ at: path, letter }).map(
    ({ at, letter: text }): Act =>
      (root) =>
        writeFileSync(`${root}/${at}`, content(text)),
  ),
  fc.record({ at: path, letter }).map(
    ({ at, letter: text }): Act =>
      (root) =>
        appendFileSync(`${root}/${at}`, content(text)),
  ),
  path.map(
    (at): Act =>
      (root) =>
        mkdirSync(`${root}/${at}`, { recursive: true }),
  ),
  fc.record({ from: path, to: path }).map(
    ({ from, to }): Act =>
      (root) =>
        renameSync(`${root}/${from}`, `${root}/${to}`),
  ),
  fc.record({ from: path, to: path }).map(
    ({ from, to }): Act =>
      (root) =>
        linkSync(`${root}/${from}`, `${root}/${to}`),
  ),
  path.map(
    (at): Act =>
      (root) =>
        rmSync(`${root}/${at}`, { recursive: true }),
  ),
  path.map(
    (at): Act =>
      (root) =>
        chmodSync(`${root}/${at}`, 0o710),
  ),
  path.map(
    (at): Act =>
      (root) =>
        truncateSync(`${root}/${at}`, 4500),
  ),
  path.map(
    (at): Act =>
      (root) =>
        utimesSync(`${root}/${at}`, 1, 2),
  ),
  path.map(
    (at): Act =>
      (root) =>
        symlinkSync('a/b', `${root}/${at}`),
  ),
  fc.constant<Act>((root) => void execFileSync('setfattr', ['-n', 'user.x', '-v', 'y', root])),
);

/** What cannot be done is not done: a name that is not there, a folder into itself. */
function tryTo(root: string, acts: readonly Act[]): void {
  for (const one of acts) {
    try {
      one(root);
    } catch {
      // it does not fit what there is
    }
  }
}

const runs = Number(process.env['INSULA_FUZZ_RUNS'] ?? 12);

test('files are what they were, whatever was done to them before and in between', {
  timeout: 60_000 + 10_000 * runs,
}, async () => {
  const pool = new TestPool();
  try {
    await pool.makeTemplate((root) => {
      for (const top of names)
        for (const below of names) {
          mkdirSync(`${root}/${top}/${below}`, { recursive: true });
          for (const name of names) writeFileSync(`${root}/${top}/${below}/${name}`, content(name + top));
        }
    });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        async (rounds) => {
          count += 1;
          const ves = [`ve${count}`, `other${count}`];
          for (const uuid of ves) pool.make(uuid);
          const seen = new Map<string, readonly unknown[]>();
          for (const acts of rounds) {
            for (const uuid of ves) {
              await pool.mounted(uuid, async (root) => {
                if (seen.has(uuid)) expect(await exact(root)).toEqual(seen.get(uuid));
                tryTo(root, acts);
                seen.set(uuid, await exact(root));
              });
            }
            await pool.optimize(ves);
          }
          for (const uuid of ves) expect(await pool.mounted(uuid, exact)).toEqual(seen.get(uuid));
        },
      ),
      { numRuns: runs },
    );
  } finally {
    await pool.dispose();
  }
});
