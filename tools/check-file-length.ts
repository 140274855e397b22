/** Fails for every source file that is longer than a reader can hold. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const longest = 400;
const kinds = ['*.ts', '*.tsx', '*.sh', '*.cjs', 'test', 'quickstart', '.ci/run'];

// what git tracks and what it would track, so a new file is measured before it is committed
const files = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...kinds],
  {
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((file) => file !== '' && !file.includes('/generated/'));

function linesOf(file: string): number {
  try {
    return readFileSync(file, 'utf8').split('\n').length - 1;
  } catch (error) {
    // deleted, but still in the index
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

for (const file of new Set(files)) {
  const lines = linesOf(file);
  if (lines <= longest) continue;
  console.error(`${file}: ${lines} lines, at most ${longest}: split it by what changes together`);
  process.exitCode = 1;
}
