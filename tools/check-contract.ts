/**
 * Compares the contract with the one of the last release: only additions are allowed, so that clients go on working. The released one is
 * what docs/reference/openapi.json was at the newest tag `vX.Y.Z`; before the first release there is nothing to compare with.
 *
 * usage: node tools/check-contract.ts
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { breakingChanges } from './contract-changes.ts';

const path = 'docs/reference/openapi.json';

function git(...args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return status === 0 ? stdout.trim() : null;
}

const tag = git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*');
const released = tag === null ? null : git('show', `${tag}:${path}`);
if (released === null) {
  console.log('nothing was released yet');
} else {
  const problems = breakingChanges(JSON.parse(released), JSON.parse(readFileSync(path, 'utf8')));
  for (const problem of problems) console.error(`since ${tag}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
