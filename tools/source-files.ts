import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * The files of the repository that match git's path patterns: those it tracks and those it would track, so that a new
 * file is checked before it is committed.
 */
export function sourceFiles(...patterns: readonly string[]): readonly string[] {
  // continuous integration may run as another user than the owner of the checkout
  const list = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', [...list, '--', ...patterns], { encoding: 'utf8' }).split('\0');
  // deleted files stay in the index until the next commit
  return [...new Set(names)].filter(
    (name) => name !== '' && existsSync(name) && !name.includes('/generated/'),
  );
}
