import { globSync } from 'node:fs';
import { join } from 'node:path';

const notOurs = ['node_modules', 'dist', 'coverage', '.git', 'generated'];

/** The files of the repository that match, as paths from its root; also where it is not a checkout of git. */
export function sourceFiles(...patterns: readonly string[]): readonly string[] {
  return globSync(patterns, { withFileTypes: true, exclude: (entry) => notOurs.includes(entry.name) })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
