/** Fails for every source file that is longer than a reader can hold. */
import { readFileSync } from 'node:fs';
import { sourceFiles } from './source-files.ts';

const longest = 400;

for (const file of sourceFiles('**/*.{ts,tsx,sh,cjs}', 'test', 'quickstart', '.ci/run')) {
  const lines = readFileSync(file, 'utf8').split('\n').length - 1;
  if (lines <= longest) continue;
  console.error(`${file}: ${lines} lines, at most ${longest}: split it by what changes together`);
  process.exitCode = 1;
}
