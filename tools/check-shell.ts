/** Runs shellcheck over every shell script. Where shellcheck is not installed, the syntax alone is checked. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { sourceFiles } from './source-files.ts';

const shebang = /^#!\/(?:usr\/bin\/env |bin\/)(ba|da)?sh\b/;
const isScript = (file: string) =>
  file.endsWith('.sh') || shebang.test(readFileSync(file, 'latin1').slice(0, 40));
// scripts are named after what they do, so only the first line tells; the endings spare reading every other file
const scripts = sourceFiles('**', '.ci/*').filter(
  (file) => !/\.(?:ts|tsx|json|md|cjs|yaml|css)$/.test(file) && isScript(file),
);

const withShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
const commands = withShellcheck
  ? [['shellcheck', '--severity=warning', '--external-sources', ...scripts]]
  : scripts.map((script) => ['bash', '-n', script]);
if (!withShellcheck) console.log('shellcheck is not installed: checked the syntax only');

for (const [command = '', ...args] of commands) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
