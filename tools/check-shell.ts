/** Runs shellcheck over every shell script. Where shellcheck is not installed, the syntax alone is checked. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(file) && !/\.(ts|tsx|json|md|cjs|yaml)$/.test(file));

const shebang = /^#!\/(?:usr\/bin\/env |bin\/)(ba|da)?sh\b/;
const scripts = files.filter(
  (file) => file.endsWith('.sh') || shebang.test(readFileSync(file, 'latin1').slice(0, 40)),
);
if (scripts.length === 0) process.exit();

const withShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
const commands = withShellcheck
  ? [['shellcheck', '--severity=warning', '--external-sources', ...scripts]]
  : scripts.map((script) => ['bash', '-n', script]);
if (!withShellcheck) console.log('shellcheck is not installed: checked the syntax only');

for (const [command = '', ...args] of commands) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
