import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Builds the programs as they are shipped, once for a run of the system tests: what is tested is what is installed, and it starts
 * five times as fast as the sources. Settles before any test file is loaded.
 */
export function setup(): () => void {
  const dir = mkdtempSync(`${tmpdir()}/ins-bundle-`);
  const repository = join(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, ['tools/build.ts', dir], { cwd: repository, stdio: 'pipe' });
  process.env['INSULA_TEST_PROGRAMS'] = dir;
  return () => rmSync(dir, { recursive: true });
}
