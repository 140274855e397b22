import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the generators make of the contract. */
export interface Generated {
  /** Contents by path, from the root of the repository. */
  readonly files: ReadonlyMap<string, string>;
  /** Directories that hold nothing but generated files, so that what is no longer made there is stale. */
  readonly directories: readonly string[];
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function filesBelow(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The paths that are not on disk as the generators make them: changed, missing or stale. */
export function outdated({ files, directories }: Generated): readonly string[] {
  const differing = [...files]
    .filter(([path, contents]) => readIfThere(path) !== contents)
    .map(([path]) => path);
  const stale = directories.flatMap(filesBelow).filter((path) => !files.has(path));
  return [...differing, ...stale].sort();
}

/** Brings the disk up to date and returns the paths that were touched. */
export function writeGenerated(generated: Generated): readonly string[] {
  const touched = outdated(generated);
  for (const path of touched) {
    const contents = generated.files.get(path);
    if (contents === undefined) {
      rmSync(path);
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, contents);
    }
  }
  return touched;
}

/**
 * The end of a generator: `process.exitCode = settle(generated, process.argv)`. Writes what is outdated, or with
 * `--check` only names it, which is how `npm run check` notices a change whose generated files were not committed.
 * @returns the exit code
 */
export function settle(generated: Generated, argv: readonly string[]): 0 | 1 {
  const check = argv.includes('--check');
  const paths = check ? outdated(generated) : writeGenerated(generated);
  for (const path of paths) console.log(`${check ? 'outdated' : 'written'}: ${path}`);
  if (!check || paths.length === 0) return 0;
  console.log('run `npm run generate` and commit what it changes');
  return 1;
}
